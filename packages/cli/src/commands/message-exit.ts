import type { DeliveryState } from "@yici/gateway";
import type { Exit } from "../exit.ts";

/** How a command ends that followed a message to this state; `pending` is none of its ends. */
export const EXIT_OF_STATE: Readonly<Record<DeliveryState, Exit>> = {
  scheduled: "pending",
  waiting: "pending",
  queued: "pending",
  sending: "pending",
  delivered: "done",
  uncertain: "uncertain",
  rejected: "refused",
  abandoned: "refused",
  cancelled: "refused",
  expired: "refused",
};

/** Whether a message's journey has ended there. */
export function isEnded(state: DeliveryState): boolean {
  return EXIT_OF_STATE[state] !== "pending";
}
