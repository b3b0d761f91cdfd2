import type { EpochMs } from "@yici/protocol";
import type { Holding } from "../../deliveries/close-delivery.ts";
import type { MessageTerms } from "../../messages/message.ts";
import type { LedgerEventType } from "../ledger.ts";
import type { FactContext } from "./fact-context.ts";

/** Puts on record the state that a message came to, and what that made of its grant. */
export function tellMessage(
  { rows, noteChange }: FactContext,
  { appid, messageId, openid, scene }: MessageTerms,
  { delivery, grant }: Holding,
  at: EpochMs,
): void {
  const { state, cause, errcode, likely, attemptNumber } = delivery;
  if (state === "sending") return;
  const type: LedgerEventType = `message.${state}`;
  const facts = {
    messageId,
    openid,
    scene,
    generation: grant?.generation,
    grant: grant?.state,
    attempts: attemptNumber,
    cause,
    errcode,
    likely,
  };
  rows.insertEvent({ appid, type, at, facts });
  noteChange(messageId);
}
