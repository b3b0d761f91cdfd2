import { strict as assert } from "node:assert";
import type { AppId, EpochMs, OpenId, Scene } from "@yici/protocol";

/**
 * A grant is one generation of a slot: permission to send one message.
 *
 *     available → held → spent      errcode 0
 *        ↑         │└──→ void       with its cause
 *        └─ release ┘               only if no attempt of the holder is in doubt
 *     available → void              by our policy
 *     void → spent                  a late errcode 0
 *     void → available              reinstated by an operator: the last generation only, never one in doubt
 */
export type GrantState = "available" | "held" | "spent" | "void";

/** What can happen to a grant. */
export type GrantEvent = "hold" | "release" | "spend" | "void" | "reinstate";

/** Every legal change of a grant's state; what is not here cannot happen. */
export const GRANT_TRANSITIONS: Readonly<
  Record<GrantState, Readonly<Partial<Record<GrantEvent, GrantState>>>>
> = {
  available: { hold: "held", void: "void" },
  held: { release: "available", spend: "spent", void: "void" },
  spent: {},
  void: { spend: "spent", reinstate: "available" },
};

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

/** What a confirmation says, wherever it came from. */
export interface ConfirmationFacts {
  readonly evidence: Evidence;
  /** Hash of the browser that returned; `undefined` when it brought no cookie, or none was involved. */
  readonly browserHash: string | undefined;
  /** When the person was asked, at the earliest: the confirmation cannot be older. */
  readonly issuedAt: EpochMs;
  /** When we heard of it; of an import, when it is said to have been given. */
  readonly at: EpochMs;
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
  /** Its `reserved` was issued before the slot's last (or possible) spend, so the send may find it used. */
  readonly isMaybeSpent: boolean;
  readonly voidCause: VoidCause | undefined;
  /** The message that holds or spent it, or last did. */
  readonly messageId: string | undefined;
  /** The best confirmation heard while its send is in flight; applied when that settles. */
  readonly noted: ConfirmationFacts | undefined;
  readonly changedAt: EpochMs;
}

/** What may change beside the state: who holds it, and why it is void. */
export interface GrantChange {
  readonly messageId?: string;
  readonly voidCause?: VoidCause;
}

/** The grant after an event. An event that its state does not allow is a mistake of ours. */
export function changeGrant(
  grant: Grant,
  event: GrantEvent,
  now: EpochMs,
  change: GrantChange = {},
): Grant {
  const state = GRANT_TRANSITIONS[grant.state][event];
  assert(state !== undefined, `a grant that is ${grant.state} cannot ${event}`);
  return { ...grant, ...change, state, voidCause: change.voidCause, changedAt: now };
}

/** Whether the grant is the one that its slot may have: waiting to be used, or set aside for a message. */
export function isLive(grant: Grant): boolean {
  return grant.state === "available" || grant.state === "held";
}

/** Whether `evidence` is as good as `minimum` or better. */
export function isAtLeast(evidence: Evidence, minimum: Evidence): boolean {
  return EVIDENCE.indexOf(evidence) >= EVIDENCE.indexOf(minimum);
}

/**
 * Whether a confirmation is founded well enough to touch what stands on other evidence (rule 4): better evidence is;
 * equal evidence is when it comes from the same browser, when WeChat itself named the person, or when no browser
 * could have been involved.
 */
export function isAsWellFounded(
  next: Pick<ConfirmationFacts, "evidence" | "browserHash">,
  current: Pick<ConfirmationFacts, "evidence" | "browserHash">,
): boolean {
  if (next.evidence !== current.evidence) return isAtLeast(next.evidence, current.evidence);
  if (next.evidence === "identified" || next.evidence === "imported") return true;
  return next.browserHash !== undefined && next.browserHash === current.browserHash;
}
