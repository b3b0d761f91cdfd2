import type { FaultInput } from "./fault-input.ts";

/** A fault in a few words, for the journal: what it did, and whether the call was processed all the same. */
export function describeFault(fault: FaultInput): string {
  const details: string[] = [fault.kind];
  if (fault.kind === "errcode") details.push(String(fault.errcode));
  if (fault.kind === "html") details.push(String(fault.status));
  if ("when" in fault) details.push(`${fault.when} processing`);
  if (fault.latencyMs !== undefined) details.push(`after ${fault.latencyMs} ms`);
  return details.join(", ");
}
