import type { FaultInput } from "./fault-input.ts";

/** Something that goes wrong on purpose. Faults are instruments, not state: they end with the process. */
export type Fault = FaultInput & {
  readonly id: number;
  /** How many calls it has struck. */
  readonly struckCount: number;
};
