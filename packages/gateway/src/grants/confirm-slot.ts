import type { EpochMs } from "@yici/protocol";
import { type Delivery, isInDoubt, moveDelivery } from "../deliveries/delivery.ts";
import {
  changeGrant,
  type ConfirmationFacts,
  type Grant,
  isAsWellFounded,
  isLive,
  type SlotKey,
} from "./grant.ts";

/**
 * What a confirmation did to its slot. `opened`: a new generation. `renewed`: the same generation, now younger.
 * `noted`: a send is in flight, it is applied when that settles. `replaced`: ended a doubt and opened a generation.
 * `kept`: a live grant of better evidence stays as it is.
 */
export type ConfirmEffect = "opened" | "renewed" | "noted" | "replaced" | "kept";

/** A slot as a confirmation finds it. */
export interface SlotFacts {
  readonly key: SlotKey;
  /** The last instant at which a send used the slot's grant at the platform, or may have. */
  readonly usedAt: EpochMs | undefined;
  /** The slot's last generation. */
  readonly grant: Grant | undefined;
  /** The delivery that holds that grant, when it is held. */
  readonly holder: Delivery | undefined;
}

/** What a confirmation did. */
export interface ConfirmDecision {
  readonly effect: ConfirmEffect;
  /** The last generation as it is now; the one that the confirmation touched, or left alone. */
  readonly grant: Grant;
  /** The generation before, when the confirmation closed it. */
  readonly closedGrant: Grant | undefined;
  /** The holder, when the confirmation changed it. */
  readonly holder: Delivery | undefined;
}

/** What a recorded confirmation does to its slot (rules 1, 3 and 4). */
export function confirmSlot(
  slot: SlotFacts,
  confirmation: ConfirmationFacts,
  now: EpochMs,
): ConfirmDecision {
  const { grant, holder } = slot;
  if (grant === undefined || !isLive(grant)) {
    return { effect: "opened", grant: open(slot, confirmation, now), ...UNTOUCHED };
  }
  if (holder?.state === "sending") return note(grant, holder, confirmation);
  if (holder !== undefined && isInDoubt(holder)) {
    const ended = endDoubt(grant, holder, now);
    const opened = open(slot, confirmation, now);
    return { effect: "replaced", grant: opened, closedGrant: ended.grant, holder: ended.holder };
  }
  return isAsWellFounded(confirmation, grant)
    ? { effect: "renewed", grant: renew(slot, confirmation, now, grant), ...UNTOUCHED }
    : { effect: "kept", grant, ...UNTOUCHED };
}

const UNTOUCHED = { closedGrant: undefined, holder: undefined };

/**
 * What a repeated callback does to its slot: it grants nothing, but it was heard (rule 4), and a doubt does not
 * outlive that (rule 7). Answers nothing when nothing changes.
 */
export function hearConfirmation(
  { grant, holder }: SlotFacts,
  now: EpochMs,
): { readonly grant: Grant; readonly holder: Delivery } | undefined {
  if (grant?.state !== "held" || holder === undefined) return undefined;
  if (holder.state === "sending") {
    return { grant, holder: { ...holder, hasHeardConfirmation: true } };
  }
  return isInDoubt(holder) ? endDoubt(grant, holder, now) : undefined;
}

function open(slot: SlotFacts, confirmation: ConfirmationFacts, now: EpochMs): Grant {
  const { evidence, browserHash, issuedAt, at } = confirmation;
  return {
    ...slot.key,
    generation: (slot.grant?.generation ?? 0) + 1,
    state: "available",
    evidence,
    browserHash,
    grantedAt: at,
    renewedAt: at,
    isMaybeSpent: isOlderThanUse(issuedAt, slot),
    voidCause: undefined,
    messageId: undefined,
    noted: undefined,
    changedAt: now,
  };
}

/** Rule 1: the same generation, younger; never worse founded, and no longer suspect once asked after the last use. */
function renew(
  slot: SlotFacts,
  { evidence, browserHash, issuedAt, at }: ConfirmationFacts,
  now: EpochMs,
  grant: Grant,
): Grant {
  const isMaybeSpent = grant.isMaybeSpent && isOlderThanUse(issuedAt, slot);
  return { ...grant, evidence, browserHash, renewedAt: at, isMaybeSpent, changedAt: now };
}

/** Rule 3 (b): a send is in flight; which side of it the person confirmed on is known only when it settles. */
function note(grant: Grant, holder: Delivery, confirmation: ConfirmationFacts): ConfirmDecision {
  const isBest = grant.noted === undefined || isAsWellFounded(confirmation, grant.noted);
  return {
    effect: "noted",
    grant: isBest ? { ...grant, noted: confirmation } : grant,
    closedGrant: undefined,
    holder: { ...holder, hasHeardConfirmation: true },
  };
}

/** Rule 3 (c): in doubt, nothing in flight, and the person has confirmed again. */
function endDoubt(
  grant: Grant,
  holder: Delivery,
  now: EpochMs,
): { readonly grant: Grant; readonly holder: Delivery } {
  return {
    grant: changeGrant(grant, "void", now, { voidCause: "in_doubt" }),
    holder: moveDelivery(holder, {
      state: "uncertain",
      cause: "confirmation_heard",
      likely: "unknown",
      hasHeardConfirmation: true,
      settledAt: now,
    }),
  };
}

function isOlderThanUse(issuedAt: EpochMs, { usedAt }: SlotFacts): boolean {
  return usedAt !== undefined && issuedAt < usedAt;
}
