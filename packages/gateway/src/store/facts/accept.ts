import type { SlotKey } from "../../grants/grant.ts";
import { acceptMessage } from "../../messages/accept-message.ts";
import type { Message } from "../../messages/message.ts";
import type { Acceptance, AcceptOutcome, RememberedAnswer, RememberedAsk } from "../ledger.ts";
import type { LedgerRows } from "../rows.ts";
import type { FactContext } from "./fact-context.ts";
import { tellMessage } from "./tell-message.ts";

/** What came of an acceptance. A refusal names the slot; whoever answers it reads what is known of that. */
export type AcceptAnswer =
  | Exclude<AcceptOutcome, { readonly kind: "no_grant" }>
  | { readonly kind: "no_grant"; readonly key: SlotKey };

/** Takes a message on: message, delivery, grant and idempotency key together, or nothing. */
export function accept(context: FactContext, acceptance: Acceptance): AcceptAnswer {
  const { rows, policy } = context;
  const known = findAccepted(rows, acceptance);
  if (known !== undefined) return known;
  const { idempotency, now, ...asked } = acceptance;
  const message: Message = { ...asked, acceptedAt: now };
  const slot = rows.loadSlot(message);
  const decision = acceptMessage(message, {
    grant: slot.grant,
    waitingCount: message.whenNoGrant === "wait" ? rows.countWaiting(slot.key) : 0,
    waitingMax: policy.waitingMax,
    now,
  });
  if (decision.kind === "refused") return { kind: "no_grant", key: slot.key };
  const grant = decision.kind === "held" ? decision.grant : undefined;
  const { delivery } = decision;
  if (grant !== undefined) rows.updateGrant(grant);
  rows.insertMessage({ message, delivery });
  if (idempotency !== undefined) rows.insertIdempotencyKey(message, idempotency);
  tellMessage(context, message, { delivery, grant }, now);
  context.noteDue();
  return { kind: "accepted", message: { message, delivery } };
}

/** The answer to a key that was seen before. */
export function findAccepted(
  rows: Pick<LedgerRows, "findIdempotencyKey" | "findMessage">,
  { appid, principal, idempotency }: RememberedAsk,
): RememberedAnswer | undefined {
  if (idempotency === undefined) return undefined;
  const known = rows.findIdempotencyKey(appid, principal, idempotency.key);
  if (known === undefined) return undefined;
  if (known.bodyHash !== idempotency.bodyHash) return { kind: "key_reused" };
  const message = rows.findMessage(appid, known.messageId);
  return message === undefined ? undefined : { kind: "repeated", message };
}
