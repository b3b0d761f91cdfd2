import type { AppId, OpenId, Scene } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** Where a grant stands. `held`: set aside for one message. */
export type GrantState = "available" | "held" | "spent" | "void";

/** What can happen to a grant. */
export type GrantEvent = "hold" | "release" | "spend" | "void" | "reinstate";

/** Why a grant can no longer be used. `in_doubt`: a send may or may not have used it; never reinstated. */
export type VoidCause = "platform_refused" | "recipient_gone" | "in_doubt" | "expired" | "declined";

/**
 * Why we believe a grant exists, weakest first.
 * `bound`: the browser that started is the browser that returned. `unbound`: a genuine `reserved`, another browser.
 */
export const EVIDENCE = ["imported", "unbound", "bound", "identified"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** The place where at most one grant is live. */
export interface SlotKey {
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly scene: Scene;
}

/** One generation of a slot: permission to send one message, with its evidence. */
export interface Grant extends SlotKey {
  /** 1, 2, 3 … within the slot. */
  readonly generation: number;
  readonly state: GrantState;
  readonly evidence: Evidence;
  /** Hash of the browser that returned with the confirmation. */
  readonly browserHash: string | undefined;
  readonly grantedAt: EpochMs;
  /** The last confirmation that renewed it, or `grantedAt`. */
  readonly renewedAt: EpochMs;
  /** Its `reserved` was issued before the slot's last spend, so the send may find it used. */
  readonly isMaybeSpent: boolean;
  readonly voidCause: VoidCause | undefined;
  /** The message that holds or spent it, or last did. */
  readonly messageId: string | undefined;
  readonly changedAt: EpochMs;
}
