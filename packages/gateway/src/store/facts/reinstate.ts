import type { EpochMs } from "@yici/protocol";
import type { SlotKey } from "../../grants/grant.ts";
import { reinstateGrant, type ReinstateDecision } from "../../grants/reinstate-grant.ts";
import { serveWaiter, tellGrant } from "./change-slot.ts";
import type { FactContext } from "./fact-context.ts";

/** Takes a void back at an operator's word. */
export function reinstate(
  context: FactContext,
  key: SlotKey,
  generation: number,
  now: EpochMs,
): ReinstateDecision {
  const grant = context.rows.findGrant(key, generation);
  const decision = reinstateGrant(grant, context.rows.loadSlot(key).generation, now);
  if (decision.kind === "refused") return decision;
  context.rows.updateGrant(decision.grant);
  tellGrant(context, "grant.reinstated", decision.grant, now);
  return { kind: "reinstated", grant: serveWaiter(context, decision.grant, now) };
}
