import assert from "node:assert/strict";
import { parseAppId, parseOpenId, parseScene } from "@yici/protocol";
import type { Delivery } from "../src/deliveries/delivery.ts";
import type { Grant } from "../src/grants/grant.ts";
import type { MessageTerms } from "../src/messages/message.ts";

const appid = parseAppId("wxaba38c7f163da69b");
const openid = parseOpenId("oAnn");
const scene = parseScene(1000);
assert.ok(appid !== undefined && openid !== undefined && scene !== undefined);

/** Whose slot everything here is about. */
export const SLOT = { appid, openid, scene };

/** An available grant of evidence `bound`, from instant 1; what a test cares about differs. */
export function buildGrant(parts: Partial<Grant> = {}): Grant {
  return {
    ...SLOT,
    generation: 1,
    state: "available",
    evidence: "bound",
    browserHash: "browser",
    grantedAt: 1,
    renewedAt: 1,
    isMaybeSpent: false,
    voidCause: undefined,
    messageId: undefined,
    noted: undefined,
    changedAt: 1,
    ...parts,
  };
}

/** A queued delivery that holds generation 1, due at 1, with a deadline at 1 000 000. */
export function buildDelivery(parts: Partial<Delivery> = {}): Delivery {
  return {
    appid: SLOT.appid,
    messageId: "m1",
    state: "queued",
    dueAt: 1,
    closesAt: 1_000_000,
    generation: 1,
    leaseId: undefined,
    leaseExpiresAt: undefined,
    attemptNumber: 0,
    countedAttempts: 0,
    tokenFaults: 0,
    doubt: "none",
    unansweredAt: undefined,
    hasHeardConfirmation: false,
    cause: undefined,
    errcode: undefined,
    fault: undefined,
    likely: undefined,
    settledAt: undefined,
    ...parts,
  };
}

/** A message that is refused without a grant and leaves doubt to its account. */
export function buildTerms(parts: Partial<MessageTerms> = {}): MessageTerms {
  return {
    ...SLOT,
    messageId: "m1",
    deadlineAt: 1_000_000,
    whenNoGrant: "refuse",
    whenInDoubt: undefined,
    minEvidence: "imported",
    ...parts,
  };
}
