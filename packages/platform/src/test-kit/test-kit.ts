import type { DecisionInput } from "../control/inputs.ts";
import type { PlatformControl } from "../control/platform-control.ts";
import type { Decision } from "../decisions/decision.ts";
import type { FaultInput } from "../faults/fault-input.ts";
import type { Fault } from "../faults/fault.ts";
import type { InboxMessage } from "../inbox/inbox-message.ts";
import { type MessageWait, waitForMessage } from "./wait-for-message.ts";

/** What a test does with a platform, in one call each; `control` has the rest. */
export interface TestKit {
  /** Opens an authorize link as a person and decides, as on the confirm page. `action` is `confirm` unless it is given. */
  readonly decide: (input: KitDecision) => Promise<Decision>;
  /** The first message that matches: one that is there already, or the next one to arrive. Rejects with `NoMessageError`. */
  readonly waitForMessage: (wait?: MessageWait) => Promise<InboxMessage>;
  /** Lets something go wrong, until it has struck so often as it should or is removed. */
  readonly fault: (input: FaultInput) => Promise<InjectedFault>;
}

export type KitDecision = Omit<DecisionInput, "action"> & Partial<Pick<DecisionInput, "action">>;

/** A fault in force. */
export interface InjectedFault {
  readonly fault: Fault;
  /** Removing one that is gone is harmless. */
  remove(): Promise<void>;
}

/** The test kit on a control API. */
export function createTestKit(control: PlatformControl): TestKit {
  return {
    decide: (input) => control.decide({ action: "confirm", ...input }),
    waitForMessage: (wait = {}) => waitForMessage(control, wait),
    async fault(input) {
      const fault = await control.addFault(input);
      return { fault, remove: () => removeIfThere(control, fault.id) };
    },
  };
}

async function removeIfThere(control: PlatformControl, id: number): Promise<void> {
  const isThere = (await control.listFaults()).some((fault) => fault.id === id);
  if (isThere) await control.removeFaults(id);
}
