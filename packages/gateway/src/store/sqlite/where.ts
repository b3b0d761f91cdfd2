import type { Parameter } from "./row.ts";

/** A condition with one `?`, and its value; without a value it is left out. */
export type Condition = readonly [sql: string, value: string | number | undefined];

/** A condition of a statement, and its values in order. */
export interface Where {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Conditions joined by AND. At least one must have a value. */
export function buildWhere(conditions: readonly Condition[]): Where {
  const asked = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: `WHERE ${asked.map(([sql]) => sql).join(" AND ")}`,
    parameters: asked.flatMap(([, value]) => value ?? []),
  };
}
