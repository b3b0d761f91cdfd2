import type { EpochMs } from "@yici/runtime";
import type { AccountKind } from "../accounts/account.ts";
import type { Jump, Placement } from "../inbox/inbox-message.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";

/** All that the phone shows and does, told by whoever keeps it. */
export interface PhoneSource {
  listPeople(): readonly PhonePerson[];
  findPerson(personId: string): PhonePerson | undefined;
  listAccounts(): readonly PhoneAccount[];
  /** The person's newest messages, at most `limit` of them, oldest first. */
  listMessages(personId: string, limit: number): readonly PhoneMessage[];
  /** Under each account what the person is called, and the scenes that are granted at this instant. */
  listGrants(personId: string, now: EpochMs): readonly PhoneGrants[];
  /** The newest calls of everybody, at most `limit` of them, newest first. */
  listCalls(limit: number): readonly JournalEntry[];
  /** Resolves when it is durable. */
  setFollow(personId: string, appid: string, follows: boolean): Promise<void>;
  /** Resolves when it is durable. */
  setRefusal(personId: string, appid: string, refusal: Refusal, isRefused: boolean): Promise<void>;
  /** Marks all of a conversation as read. Without it nothing ever counts as read. */
  markRead?(personId: string, conversation: Conversation): Promise<void>;
  /** Calls `listener` after each commit that changes what this person's phone shows, until the answer is called. */
  onChange(personId: string, listener: () => void): () => void;
  /** The same for what stands beside a phone on a desk: after each call and each decision of anybody. */
  onDeskChange(listener: () => void): () => void;
}

/** Somebody with a phone. */
export interface PhonePerson {
  readonly id: string;
  readonly name: string;
  /** The appids of the accounts this person follows now. */
  readonly follows: readonly string[];
  /** The appids of those of which no message of any kind is received. */
  readonly blocks: readonly string[];
  /** The appids of those whose one-time messages are refused in WeChat's settings. */
  readonly refuses: readonly string[];
}

/** What an account may send a person now. */
export interface PhoneGrants {
  readonly appid: string;
  readonly openid: string;
  /** Ascending. */
  readonly scenes: readonly number[];
}

/** What a person may refuse of an account. */
export type Refusal = "blocks" | "refuses";

/** An account, as people know it. */
export interface PhoneAccount {
  readonly appid: string;
  readonly name: string;
  /** An app is nothing one follows: it is installed. */
  readonly kind: AccountKind;
  readonly templateId: string;
}

/** The two places where a message arrives: an account's own chat, and Service Notifications, one for all accounts. */
export type Conversation =
  | { readonly kind: "chat"; readonly appid: string }
  | { readonly kind: "service_notifications" };

/** A message as it lies on the phone. */
export interface PhoneMessage {
  /** Unique on this platform. */
  readonly id: number;
  readonly appid: string;
  readonly placement: Placement;
  readonly title: string;
  readonly content: string | undefined;
  /** As it was sent, whatever it was. */
  readonly color: string | undefined;
  readonly jump: Jump | undefined;
  /** What the message had besides, where a mini-program won. */
  readonly url: string | undefined;
  readonly receivedAt: EpochMs;
  readonly isRead: boolean;
}
