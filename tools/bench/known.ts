/** What cannot be missing. */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a benchmark is not built as it was thought");
  return value;
}
