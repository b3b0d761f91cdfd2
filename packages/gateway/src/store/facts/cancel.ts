import type { AppId, EpochMs } from "@yici/protocol";
import { cancelDelivery } from "../../deliveries/close-delivery.ts";
import type { CancelOutcome } from "../ledger.ts";
import type { FactContext } from "./fact-context.ts";
import { saveHolding } from "./settle.ts";

/** Cancels a message that no attempt can have sent; its grant is free for the next one. */
export function cancel(
  context: FactContext,
  appid: AppId,
  messageId: string,
  now: EpochMs,
): CancelOutcome {
  const summary = context.rows.findMessage(appid, messageId);
  if (summary === undefined) return { kind: "unknown_message" };
  const { message, delivery } = summary;
  const { generation } = delivery;
  const grant = generation === undefined ? undefined : context.rows.findGrant(message, generation);
  const cancelled = cancelDelivery({ delivery, grant }, now);
  if (cancelled === undefined) return { kind: "too_late", message: summary };
  saveHolding(context, message, cancelled, now);
  return { kind: "cancelled", message: { message, delivery: cancelled.delivery } };
}
