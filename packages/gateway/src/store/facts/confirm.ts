import type { ConfirmedCallback, DeclinedCallback, EpochMs } from "@yici/protocol";
import { type ConfirmEffect, hearConfirmation } from "../../grants/confirm-slot.ts";
import type { ConfirmationFacts, Grant, SlotKey } from "../../grants/grant.ts";
import type { ConfirmationSource, ConfirmOutcome } from "../ledger.ts";
import type { NonceConfirmation } from "../rows.ts";
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
  const used = context.rows.findNonce(appid, nonce)?.confirmed;
  if (used !== undefined) return repeat(context, callback, used, now);
  const key = { appid, openid, scene };
  const confirmation = { evidence, browserHash, issuedAt, at: now };
  const recorded = recordConfirmation(context, key, { ...confirmation, source }, now);
  const { effect, grant } = recorded;
  context.rows.saveConfirmedNonce(callback, { openid, effect, generation: grant.generation }, now);
  if (source.kind === "link") context.rows.addDecision(appid, source.id, "confirmed");
  return { kind: "recorded", effect, grant };
}

/** What an import says of its grant: no browser took part, the developer vouches. */
const IMPORT = {
  evidence: "imported",
  browserHash: undefined,
  source: { kind: "import", id: "" },
} as const;

/** A grant that the developer knows of from elsewhere. */
export function recordImport(
  context: FactContext,
  slot: SlotKey,
  grantedAt: EpochMs,
  now: EpochMs,
): ConfirmEffect {
  const confirmation = { ...IMPORT, issuedAt: grantedAt, at: grantedAt };
  return recordConfirmation(context, slot, confirmation, now).effect;
}

/** Adds a confirmation to what was heard of a slot and applies it. */
function recordConfirmation(
  context: FactContext,
  key: SlotKey,
  confirmation: ConfirmationFacts & { readonly source: ConfirmationSource },
  now: EpochMs,
): { readonly effect: ConfirmEffect; readonly grant: Grant } {
  const { source, ...facts } = confirmation;
  const loaded = loadSlotFacts(context, key);
  const slot = { ...loaded.slot, confirmation: loaded.slot.confirmation + 1 };
  const { effect, grant } = applyConfirmation(context, { ...loaded, slot }, facts, now);
  // Opening a generation has written the slot already.
  if (grant.generation === slot.generation) context.rows.saveSlot(slot);
  const { evidence } = facts;
  const heard = {
    number: slot.confirmation,
    at: now,
    evidence,
    effect,
    generation: grant.generation,
    source,
  };
  context.rows.insertConfirmation(key, heard, context.policy.slotHistoryMax);
  return { effect, grant };
}

/** A verified refusal: counted once for each nonce. */
export function decline({ rows }: FactContext, callback: DeclinedCallback, now: EpochMs): void {
  const { appid, nonce, scene, source } = callback;
  if (rows.findNonce(appid, nonce)?.isDeclined === true) return;
  rows.saveDeclinedNonce({ appid, nonce }, now);
  if (source.kind === "link") rows.addDecision(appid, source.id, "declined");
  const facts = { scene, sourceKind: source.kind, sourceId: source.id };
  rows.insertEvent({ appid, type: "confirmation.declined", at: now, facts });
}

/** The same callback once more. It grants nothing, but it was heard. */
function repeat(
  context: FactContext,
  { appid, openid, scene }: ConfirmedCallback,
  used: NonceConfirmation,
  now: EpochMs,
): ConfirmOutcome {
  if (used.openid !== openid) return { kind: "refused", reason: "nonce_used" };
  const key = { appid, openid, scene };
  hear(context, key, now);
  const grant = context.rows.findGrant(key, used.generation) ?? loadSlotFacts(context, key).grant;
  if (grant === undefined) throw new Error("a used nonce names a slot that was never granted");
  return { kind: "repeated", effect: used.effect, grant };
}

function hear(context: FactContext, key: SlotKey, now: EpochMs): void {
  const loaded = loadSlotFacts(context, key);
  const change = hearConfirmation(loaded, now);
  if (change?.holder === undefined || loaded.outgoing === undefined) return;
  context.rows.updateDelivery(change.holder);
  context.rows.updateGrant(change.grant);
  tellMessage(
    context,
    loaded.outgoing.terms,
    { delivery: change.holder, grant: change.grant },
    now,
  );
}
