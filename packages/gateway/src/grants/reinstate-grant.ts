import type { EpochMs } from "@yici/protocol";
import { changeGrant, type Grant } from "./grant.ts";

/** What an operator's wish to take a void back comes to. */
export type ReinstateDecision =
  | { readonly kind: "reinstated"; readonly grant: Grant }
  | {
      readonly kind: "refused";
      readonly reason: "unknown_grant" | "not_void" | "in_doubt" | "not_last_generation";
    };

/** Takes a void back: of the slot's last generation only, and never where a send may have used it. */
export function reinstateGrant(
  grant: Grant | undefined,
  lastGeneration: number,
  now: EpochMs,
): ReinstateDecision {
  if (grant === undefined) return { kind: "refused", reason: "unknown_grant" };
  if (grant.state !== "void") return { kind: "refused", reason: "not_void" };
  if (grant.voidCause === "in_doubt") return { kind: "refused", reason: "in_doubt" };
  if (grant.generation !== lastGeneration) {
    return { kind: "refused", reason: "not_last_generation" };
  }
  return { kind: "reinstated", grant: changeGrant(grant, "reinstate", now) };
}
