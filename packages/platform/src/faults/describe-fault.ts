import { type FaultInput, isStruckBefore } from "./fault-input.ts";

/** A fault in a few words, for the journal: what it did, and whether the call was processed all the same. */
export function describeFault(fault: FaultInput): string {
  const details: string[] = [fault.kind];
  if (fault.kind === "errcode") details.push(String(fault.errcode));
  if (fault.kind === "html") details.push(String(fault.status));
  if (fault.latencyMs !== undefined) details.push(`${fault.latencyMs} ms late`);
  details.push(isStruckBefore(fault) ? "not processed" : "processed");
  return details.join(", ");
}
