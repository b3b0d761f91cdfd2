import type { EpochMs } from "@yici/protocol";
import type { SlotKey } from "../../../grants/grant.ts";
import { reinstateGrant, type ReinstateDecision } from "../../../grants/reinstate-grant.ts";
import { findGrant, updateGrant } from "../tables/grants.ts";
import { loadSlot } from "../tables/slots.ts";
import { serveWaiter, tellGrant } from "./change-slot.ts";
import type { FactContext } from "./fact-context.ts";

/** Takes a void back at an operator's word. */
export function reinstate(
  context: FactContext,
  key: SlotKey,
  generation: number,
  now: EpochMs,
): ReinstateDecision {
  const grant = findGrant(context.file, key, generation);
  const decision = reinstateGrant(grant, loadSlot(context.file, key).generation, now);
  if (decision.kind === "refused") return decision;
  updateGrant(context.file, decision.grant);
  tellGrant(context, "grant.reinstated", decision.grant, now);
  return { kind: "reinstated", grant: serveWaiter(context, decision.grant, now) };
}
