import type { DeliveryState } from "@yici/gateway";
import type { BilingualText } from "@yici/protocol";

/**
 * The parts of the gateway's answers that the command line shows to people, as its `/openapi.json` names them. With
 * `--json` an answer is passed on whole.
 */

/** One page of a list. */
export interface PageJson<Item> {
  readonly items: readonly Item[];
  /** The `after` of the next page, when there may be one. */
  readonly next_after?: string | null;
}

/** An account. */
export interface AccountJson {
  readonly appid: string;
  readonly name: string;
  readonly kind: string;
  readonly is_demo: boolean;
  readonly template_id: string;
  readonly callback_url: string;
  readonly platform: { readonly kind: "real" | "sandbox"; readonly page_url?: string };
  readonly has_app_secret: boolean;
  readonly token_origin: {
    readonly kind: "app_secret" | "external" | "authorizer";
    readonly url?: string;
    readonly component_appid?: string;
  };
  readonly verification_file: { readonly name: string } | null;
  readonly when_in_doubt: string;
  readonly limits: {
    readonly sends_per_second: number | null;
    readonly sends_in_flight: number | null;
  };
  readonly in_flight_count: number;
  readonly pause: PauseJson | null;
  readonly breaker: BreakerJson | null;
}

/** That trouble of the platform keeps an account's sends back. */
export interface BreakerJson {
  readonly troubles: number;
  readonly until: string;
}

/** A third-party platform of the team's own. */
export interface ComponentJson {
  readonly appid: string;
  readonly push_url: string;
  readonly has_ticket: boolean;
}

/** One line of a check-up. */
export interface CheckJson {
  readonly check: string;
  readonly appid: string | null;
  readonly status: "ok" | "warning" | "failure";
  readonly text: BilingualText;
  readonly next_step: BilingualText | null;
}

/** Why an account's deliveries stand still. */
export interface PauseJson {
  readonly reason: string;
  readonly errcode: number | null;
  readonly detail: string;
  readonly until: string | null;
}

/** A link. */
export interface LinkJson {
  readonly id: string;
  readonly scene: number;
  readonly title: string;
  readonly entry_url: string;
  readonly created_at: string;
}

/** One generation of a slot. */
export interface GrantJson {
  readonly openid: string;
  readonly scene: number;
  readonly generation: number;
  readonly state: "available" | "held" | "spent" | "void";
  readonly evidence: string;
  readonly renewed_at: string;
  readonly void_cause: string | null;
  readonly message_id: string | null;
}

/** A message and where it stands. */
export interface MessageJson {
  readonly id: string;
  readonly openid: string;
  readonly scene: number;
  readonly title: string;
  readonly content: string;
  readonly state: DeliveryState;
  readonly errcode: number | null;
  readonly likely: "delivered" | "unknown" | null;
  readonly accepted_at: string;
  readonly send_at: string;
  readonly deadline: string;
  readonly settled_at: string | null;
}

/** A message with its whole story. */
export interface MessageStoryJson extends MessageJson {
  readonly attempts: readonly AttemptJson[];
  readonly grant: GrantJson | null;
  readonly pause: PauseJson | null;
  readonly explanation: {
    readonly meaning: BilingualText;
    readonly likely_causes: readonly BilingualText[];
    readonly next_step: BilingualText;
    readonly rule: BilingualText | null;
  };
  readonly slot: {
    readonly grants: readonly GrantJson[];
    readonly confirmations: readonly ConfirmationJson[];
  };
  readonly ask_again: readonly AskAgainJson[];
}

/** One confirmation that was heard. */
export interface ConfirmationJson {
  readonly at: string;
  readonly evidence: string;
  readonly effect: string;
  readonly generation: number;
  readonly source: { readonly kind: string; readonly id: string };
}

/** One HTTP send. */
export interface AttemptJson {
  readonly number: number;
  readonly generation: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly outcome: OutcomeJson | null;
  readonly is_late: boolean;
}

/** What one HTTP send proved. */
export type OutcomeJson =
  | {
      readonly kind: "answered";
      readonly errcode: number;
      readonly errmsg: string;
      readonly rid: string | null;
    }
  | { readonly kind: "unsent" | "unanswered"; readonly reason: string };

/** A link that can bring another grant. */
export interface AskAgainJson {
  readonly link_id: string;
  readonly title: string;
  readonly entry_url: string;
}

/** What the problem `no_grant` has besides its words. */
export interface NoGrantMembers {
  readonly slot: { readonly summary: BilingualText; readonly ask_again: readonly AskAgainJson[] };
  readonly earlier_message_id: string | null;
}

/** An API key; `key` itself only in the answer that issued it. */
export interface KeyJson {
  readonly id: string;
  readonly principal: string;
  readonly rights: readonly string[];
  readonly created_at: string;
  readonly revoked_at: string | null;
}

/** Something that happened, in the order of the account's numbers. */
export interface EventJson {
  readonly number: number;
  readonly type: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}
