/** A parameter's first value, decoded once; `undefined` when it is absent. */
export function readParameter(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) ?? undefined;
}

/** Those of the names that come more than once. */
export function listRepeated(query: URLSearchParams, names: readonly string[]): readonly string[] {
  return names.filter((name) => query.getAll(name).length > 1);
}
