import type { Static, TSchema } from "typebox";
import type { KeyRight } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import type { ProblemCode } from "./problem-table.ts";

/** What a handler gets: validated by the route's schemas, and of the types that follow from them. */
export interface ApiInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Whom the API key is issued to; empty on open routes. */
  readonly principal: string;
  /** What that key may do beside what every key may. */
  readonly rights: readonly KeyRight[];
  readonly idempotencyKey: string | undefined;
}

/** What a handler answers. */
export interface ApiAnswer<Body> {
  readonly body: Body;
  /** Default: the route's own. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One operation of the API: the same table entry validates requests, gives the handler its types, and is written down
 * in OpenAPI.
 */
export interface ApiRoute<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With parameters as `{name}`. */
  readonly path: `/${string}`;
  /** The operation's name, unique. */
  readonly operation: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  /** The status of an answer, and others the handler may choose. */
  readonly status: number;
  readonly otherStatuses?: readonly number[];
  /** Problems of this operation, besides those that any may have. */
  readonly problems?: readonly ProblemCode[];
  /** Takes an `Idempotency-Key`. */
  readonly isIdempotent?: boolean;
  /** Needs no API key. */
  readonly isOpen?: boolean;
  /** Needs a key that has this right. */
  readonly right?: KeyRight;
  handle(
    input: ApiInput<Static<Params>, Static<Query>, Static<Body>>,
    context: AdminContext,
  ): Promise<ApiAnswer<Static<Answer>>>;
}

/** Writes down one route; its schemas give the handler its types. */
export function defineRoute<
  Params extends TSchema,
  Query extends TSchema,
  Body extends TSchema,
  Answer extends TSchema,
>(route: ApiRoute<Params, Query, Body, Answer>): ApiRoute {
  return route;
}
