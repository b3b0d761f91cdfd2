import type { Log, LogFields } from "@yici/runtime";

/** A log that keeps every line, whatever its level, the way a real one would write it. */
export function createCollectingLog(lines: string[]): Log {
  const keep = (fields: LogFields, sentence: string): void => {
    lines.push(JSON.stringify({ ...fields, sentence }, showError));
  };
  return { debug: keep, info: keep, warn: keep, error: keep };
}

/** An error with all that it says. */
function showError(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { ...Object.fromEntries(Object.entries(value)), name, message, stack, cause };
}
