import type { Static, TSchema } from "typebox";
import type { PlatformControl } from "./platform-control.ts";

/** What a call is about, read by the schemas of its route. */
export interface Asked<Query, Body> {
  /** What stands in the path for `{id}`; empty where the path has none. */
  readonly id: string;
  readonly query: Query;
  readonly body: Body;
}

/**
 * One call under `/control/v1`: the same entry says where it is served, validates what is asked, gives `perform` its types,
 * and is written down in OpenAPI. Schemas are in the code's camelCase; what travels is the same in snake_case.
 */
export interface ControlRoute<Query extends TSchema = TSchema, Body extends TSchema = TSchema> {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below `/control/v1`, `{id}` in it for the one that is meant. */
  readonly path: `/${string}`;
  /** The operation's name, unique. */
  readonly operation: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** The body is handed on as it came: its names belong to its content, and the call itself reads it by the schema. */
  readonly isVerbatim?: boolean;
  /** Bytes of a body; default `LIMITS.bodyBytesMax`. */
  readonly bodyBytesMax?: number;
  /** What is answered; of a list, one item. Absent: nothing, with status 204. */
  readonly answer?: TSchema;
  /** The answer stands in `{"items":[…]}`. */
  readonly isList?: boolean;
  /** Makes something new: status 201. */
  readonly isCreating?: boolean;
  perform(control: PlatformControl, asked: Asked<Static<Query>, Static<Body>>): Promise<unknown>;
}

/** Writes down one route; its schemas give `perform` its types. */
export function defineRoute<Query extends TSchema, Body extends TSchema>(
  route: ControlRoute<Query, Body>,
): ControlRoute {
  return route;
}
