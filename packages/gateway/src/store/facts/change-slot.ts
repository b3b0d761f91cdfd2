import type { EpochMs } from "@yici/protocol";
import {
  type ConfirmDecision,
  type ConfirmEffect,
  confirmSlot,
  type SlotFacts,
} from "../../grants/confirm-slot.ts";
import type { ConfirmationFacts, Grant } from "../../grants/grant.ts";
import { canHold, holdGrant } from "../../messages/accept-message.ts";
import type { LedgerEventType } from "../ledger.ts";
import type { Outgoing, Slot } from "../rows.ts";
import type { FactContext } from "./fact-context.ts";
import { tellMessage } from "./tell-message.ts";

/** A slot with the delivery that holds its grant. */
export interface LoadedSlot extends SlotFacts {
  readonly slot: Slot;
  readonly outgoing: Outgoing | undefined;
}

/** Reads all that a confirmation's effect depends on. */
export function loadSlotFacts({ rows }: FactContext, key: Slot["key"]): LoadedSlot {
  const slot = rows.loadSlot(key);
  const { grant } = slot;
  const isHeld = grant?.state === "held" && grant.messageId !== undefined;
  const outgoing = isHeld ? rows.findDelivery(key.appid, grant.messageId) : undefined;
  return { key, usedAt: slot.usedAt, grant, holder: outgoing?.delivery, slot, outgoing };
}

/** Applies a confirmation to its slot. Answers the slot's last generation as it is when a waiter has been served. */
export function applyConfirmation(
  context: FactContext,
  loaded: LoadedSlot,
  confirmation: ConfirmationFacts,
  now: EpochMs,
): { readonly effect: ConfirmEffect; readonly grant: Grant } {
  const decision = confirmSlot(loaded, confirmation, now);
  const { effect, grant } = decision;
  saveHolder(context, loaded, decision, now);
  saveGrant(context, loaded, grant);
  tellGrant(context, EVENTS[effect], grant, now);
  return { effect, grant: serveWaiter(context, grant, now) };
}

const EVENTS: Readonly<Record<ConfirmEffect, LedgerEventType>> = {
  opened: "grant.opened",
  renewed: "grant.renewed",
  noted: "grant.noted",
  replaced: "grant.opened",
  kept: "grant.kept",
};

/** Gives an available grant to the oldest message that waits for one like it. Answers the grant as it is then. */
export function serveWaiter(context: FactContext, grant: Grant, now: EpochMs): Grant {
  if (grant.state !== "available") return grant;
  const waiter = context.rows.findWaiting(grant, (terms) => canHold(terms, grant));
  if (waiter === undefined) return grant;
  const served = holdGrant(waiter.delivery, grant, now);
  context.rows.updateGrant(served.grant);
  context.rows.updateDelivery(served.delivery);
  tellMessage(context, waiter.terms, served, now);
  context.noteDue();
  return served.grant;
}

/** Puts on record what happened to a grant by itself. */
export function tellGrant(
  { rows }: FactContext,
  type: LedgerEventType,
  grant: Grant,
  at: EpochMs,
): void {
  const { appid, openid, scene, generation, evidence, isMaybeSpent } = grant;
  rows.insertEvent({
    appid,
    type,
    at,
    facts: { openid, scene, generation, evidence, isMaybeSpent },
  });
}

function saveHolder(
  context: FactContext,
  { outgoing }: LoadedSlot,
  { closedGrant, holder }: ConfirmDecision,
  now: EpochMs,
): void {
  if (closedGrant !== undefined) context.rows.updateGrant(closedGrant);
  if (holder === undefined || outgoing === undefined) return;
  context.rows.updateDelivery(holder);
  if (closedGrant !== undefined) {
    tellMessage(context, outgoing.terms, { delivery: holder, grant: closedGrant }, now);
  }
}

function saveGrant({ rows, policy }: FactContext, { slot }: LoadedSlot, grant: Grant): void {
  if (grant.generation === slot.generation) {
    rows.updateGrant(grant);
    return;
  }
  rows.insertGrant(grant);
  rows.saveSlot({ ...slot, generation: grant.generation });
  const outdated = grant.generation - policy.slotHistoryMax;
  if (outdated > 0) rows.pruneGrants(grant, outdated);
}
