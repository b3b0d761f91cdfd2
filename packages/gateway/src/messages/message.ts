import type { AppId, EpochMs, MessageContent, OpenId, Scene } from "@yici/protocol";
import type { Evidence } from "../grants/grant.ts";

/** What to do with a message whose slot has no live grant: refuse it, or let it wait for one. */
export type WhenNoGrant = "refuse" | "wait";

/** Whether an unanswered send may be tried again within the doubt window. */
export type WhenInDoubt = "retry" | "stop";

/** What we were asked to send. Never changes. */
export interface Message {
  readonly appid: AppId;
  readonly messageId: string;
  readonly openid: OpenId;
  readonly scene: Scene;
  readonly content: MessageContent;
  readonly acceptedAt: EpochMs;
  /** Not sent before this instant. */
  readonly dueAt: EpochMs;
  /** Not sent after this instant. */
  readonly deadlineAt: EpochMs;
  readonly whenNoGrant: WhenNoGrant;
  /** The caller's wish; `undefined` leaves it to the account. */
  readonly whenInDoubt: WhenInDoubt | undefined;
  readonly minEvidence: Evidence;
  /** The name of the API key's holder who asked. */
  readonly principal: string;
}

/** The part of a message that the rules look at once it is accepted. */
export type MessageTerms = Pick<
  Message,
  | "appid"
  | "messageId"
  | "openid"
  | "scene"
  | "deadlineAt"
  | "whenNoGrant"
  | "whenInDoubt"
  | "minEvidence"
>;
