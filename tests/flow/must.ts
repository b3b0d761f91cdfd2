import assert from "node:assert/strict";

/** The value, or a failed assertion when there is none. */
export function must<T>(value: T | null | undefined): T {
  assert.ok(value !== undefined && value !== null);
  return value;
}
