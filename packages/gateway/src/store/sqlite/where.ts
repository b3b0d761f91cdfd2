import type { Parameter } from "./row.ts";

/** A condition with one `?`, and its value; without a value it is left out. */
export type Condition = readonly [sql: string, value: string | number | undefined];

/** Conditions joined by AND, and their values in order. At least one must have a value. */
export function buildWhere(conditions: readonly Condition[]): {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
} {
  const asked = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: `WHERE ${asked.map(([sql]) => sql).join(" AND ")}`,
    parameters: asked.flatMap(([, value]) => value ?? []),
  };
}
