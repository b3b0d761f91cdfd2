/** What the tests read of the two APIs' answers, in the spelling of the wire. */

export interface ListJson<T> {
  readonly items: readonly T[];
}

export interface PersonJson {
  readonly id: string;
  readonly openids: Readonly<Record<string, string>>;
}

export interface DecisionJson {
  readonly kind: "redirected" | "refused";
  readonly location: string;
  readonly check: string;
  readonly page_text: string;
  readonly hint: { readonly zh: string; readonly en: string };
}

export interface InboxMessageJson {
  readonly id: number;
  readonly scene: number;
  readonly placement: "chat" | "service_notification";
  readonly title: string;
  readonly content: string;
  readonly color?: string;
  readonly jump?: Readonly<Record<string, string>>;
}

export interface PlatformGrantJson {
  readonly person: string;
  readonly scene: number;
  readonly state: "granted" | "spent";
  readonly generation: number;
}

export interface JournalEntryJson {
  readonly id: number;
  readonly endpoint: string;
  readonly errcode?: number;
  readonly rid: string;
  readonly why?: { readonly zh: string; readonly en: string };
}

export interface LinkJson {
  readonly id: string;
  readonly scene: number;
  readonly entry_url: string;
  readonly authorize_preview: string;
  readonly decisions: { readonly confirmed: number; readonly declined: number };
}

export interface GrantJson {
  readonly openid: string;
  readonly scene: number;
  readonly generation: number;
  readonly state: "available" | "held" | "spent" | "void";
  readonly evidence: string;
  readonly renewed_at: string;
  readonly is_maybe_spent: boolean;
  readonly void_cause: string | null;
  readonly message_id: string | null;
}

export interface SlotJson {
  readonly grants: readonly GrantJson[];
  readonly confirmations: readonly { readonly effect: string; readonly evidence: string }[];
}

export interface AttemptJson {
  readonly number: number;
  readonly is_late: boolean;
  readonly outcome: {
    readonly kind: "answered" | "unsent" | "unanswered";
    readonly errcode?: number;
    readonly rid?: string | null;
  } | null;
}

export interface MessageJson {
  readonly id: string;
  readonly state: string;
  readonly cause: string | null;
  readonly errcode: number | null;
  readonly likely: string | null;
  readonly attempts: readonly AttemptJson[];
  readonly principal: string;
}

export interface ProblemJson {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly earlier_message_id?: string | null;
  readonly slot?: { readonly ask_again: readonly { readonly entry_url: string }[] };
  readonly issues?: readonly { readonly path: readonly string[]; readonly code: string }[];
}

export interface PauseJson {
  readonly reason: string;
  readonly errcode: number | null;
  readonly until: string | null;
}

export interface AccountJson {
  readonly pause: PauseJson | null;
}
