import type { SqliteFile } from "@yici/runtime";
import { acceptMessage } from "../../../messages/accept-message.ts";
import type { Message } from "../../../messages/message.ts";
import type { Acceptance, AcceptOutcome, RememberedAnswer, RememberedAsk } from "../../ledger.ts";
import { readSlotReport } from "../reports.ts";
import { countWaiting, insertDelivery } from "../tables/deliveries.ts";
import { updateGrant } from "../tables/grants.ts";
import { findIdempotencyKey, insertIdempotencyKey } from "../tables/idempotency-keys.ts";
import { findMessageSummary, insertMessage } from "../tables/messages.ts";
import { loadSlot } from "../tables/slots.ts";
import type { FactContext } from "./fact-context.ts";
import { tellMessage } from "./tell-message.ts";

/** Takes a message on: message, delivery, grant and idempotency key together, or nothing. */
export function accept(context: FactContext, acceptance: Acceptance): AcceptOutcome {
  const known = findAccepted(context.file, acceptance);
  if (known !== undefined) return known;
  const { idempotency, now, ...asked } = acceptance;
  const message: Message = { ...asked, acceptedAt: now };
  const slot = loadSlot(context.file, message);
  const decision = acceptMessage(message, {
    grant: slot.grant,
    waitingCount: message.whenNoGrant === "wait" ? countWaiting(context.file, slot.key) : 0,
    waitingMax: context.policy.waitingMax,
    now,
  });
  if (decision.kind === "refused") {
    return { kind: "no_grant", slot: readSlotReport(context.file, slot.key, context.policy) };
  }
  const grant = decision.kind === "held" ? decision.grant : undefined;
  const { delivery } = decision;
  if (grant !== undefined) updateGrant(context.file, grant);
  insertMessage(context.file, message);
  insertDelivery(context.file, { terms: message, delivery });
  if (idempotency !== undefined) insertIdempotencyKey(context.file, message, idempotency);
  tellMessage(context, message, { delivery, grant }, now);
  context.noteDue();
  return { kind: "accepted", message: { message, delivery } };
}

/** The answer to a key that was seen before. */
export function findAccepted(
  file: SqliteFile,
  { appid, principal, idempotency }: RememberedAsk,
): RememberedAnswer | undefined {
  if (idempotency === undefined) return undefined;
  const known = findIdempotencyKey(file, appid, principal, idempotency.key);
  if (known === undefined) return undefined;
  if (known.bodyHash !== idempotency.bodyHash) return { kind: "key_reused" };
  const message = findMessageSummary(file, appid, known.messageId);
  return message === undefined ? undefined : { kind: "repeated", message };
}
