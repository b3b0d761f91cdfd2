import type { ConfirmedCallback, DeclinedCallback, EpochMs } from "@yici/protocol";
import { type ConfirmEffect, hearConfirmation } from "../../../grants/confirm-slot.ts";
import type { ConfirmationFacts, Grant, SlotKey } from "../../../grants/grant.ts";
import type { ConfirmationSource, ConfirmOutcome } from "../../ledger.ts";
import { insertConfirmation } from "../tables/confirmations.ts";
import { addDecision } from "../tables/decisions.ts";
import { updateDelivery } from "../tables/deliveries.ts";
import { insertEvent } from "../tables/events.ts";
import { findGrant, updateGrant } from "../tables/grants.ts";
import {
  findNonce,
  saveConfirmedNonce,
  saveDeclinedNonce,
  type UsedNonce,
} from "../tables/nonces.ts";
import { saveSlot } from "../tables/slots.ts";
import { applyConfirmation, loadSlotFacts } from "./change-slot.ts";
import type { FactContext } from "./fact-context.ts";
import { tellMessage } from "./tell-message.ts";

/** A verified confirmation: its nonce is used up and its slot changed, or it is a repetition. */
export function confirm(
  context: FactContext,
  callback: ConfirmedCallback,
  now: EpochMs,
): ConfirmOutcome {
  const { appid, openid, scene, nonce, source, evidence, browserHash, issuedAt } = callback;
  const used = findNonce(context.file, appid, nonce)?.confirmed;
  if (used !== undefined) return repeat(context, callback, used, now);
  const key = { appid, openid, scene };
  const confirmation = { evidence, browserHash, issuedAt, at: now };
  const recorded = recordConfirmation(context, key, { ...confirmation, source }, now);
  const { effect, grant } = recorded;
  saveConfirmedNonce(context.file, callback, { openid, effect, generation: grant.generation }, now);
  if (source.kind === "link") addDecision(context.file, appid, source.id, "confirmed");
  return { kind: "recorded", effect, grant };
}

/** Adds a confirmation to what was heard of a slot and applies it. */
export function recordConfirmation(
  context: FactContext,
  key: SlotKey,
  confirmation: ConfirmationFacts & { readonly source: ConfirmationSource },
  now: EpochMs,
): { readonly effect: ConfirmEffect; readonly grant: Grant } {
  const { source, ...facts } = confirmation;
  const loaded = loadSlotFacts(context, key);
  const slot = { ...loaded.slot, confirmation: loaded.slot.confirmation + 1 };
  saveSlot(context.file, slot);
  const { effect, grant } = applyConfirmation(context, { ...loaded, slot }, facts, now);
  const { evidence } = facts;
  const heard = {
    number: slot.confirmation,
    at: now,
    evidence,
    effect,
    generation: grant.generation,
    source,
  };
  insertConfirmation(context.file, key, heard, context.policy.slotHistoryMax);
  return { effect, grant };
}

/** A verified refusal: counted once for each nonce. */
export function decline({ file }: FactContext, callback: DeclinedCallback, now: EpochMs): void {
  const { appid, nonce, scene, source } = callback;
  if (findNonce(file, appid, nonce)?.isDeclined === true) return;
  saveDeclinedNonce(file, appid, nonce, now);
  if (source.kind === "link") addDecision(file, appid, source.id, "declined");
  const facts = { scene, sourceKind: source.kind, sourceId: source.id };
  insertEvent(file, { appid, type: "confirmation.declined", at: now, facts });
}

/** The same callback once more. It grants nothing, but it was heard. */
function repeat(
  context: FactContext,
  { appid, openid, scene }: ConfirmedCallback,
  used: NonNullable<UsedNonce["confirmed"]>,
  now: EpochMs,
): ConfirmOutcome {
  if (used.openid !== openid) return { kind: "refused", reason: "nonce_used" };
  const key = { appid, openid, scene };
  hear(context, key, now);
  const grant = findGrant(context.file, key, used.generation) ?? loadSlotFacts(context, key).grant;
  if (grant === undefined) throw new Error("a used nonce names a slot that was never granted");
  return { kind: "repeated", effect: used.effect, grant };
}

function hear(context: FactContext, key: SlotKey, now: EpochMs): void {
  const loaded = loadSlotFacts(context, key);
  const change = hearConfirmation(loaded, now);
  if (change?.holder === undefined || loaded.outgoing === undefined) return;
  updateDelivery(context.file, change.holder);
  updateGrant(context.file, change.grant);
  tellMessage(
    context,
    loaded.outgoing.terms,
    { delivery: change.holder, grant: change.grant },
    now,
  );
}
