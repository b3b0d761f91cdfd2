import { type Static, Type } from "typebox";
import { Appid, closed, Endpoint, WaitMs } from "../control/fields.ts";

const faultFields = {
  /** Path of the calls it strikes. Default: all. */
  endpoint: Type.Optional(Endpoint),
  /** The account whose calls it strikes. Default: all. */
  appid: Type.Optional(Appid),
  /** Strikes so many times and is gone. Default: strikes until it is removed. */
  count: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Strikes a matching call with this probability. Default 1. */
  probability: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  /** The same seed strikes the same calls. Default: random. */
  seed: Type.Optional(Type.String({ maxLength: 64 })),
  /** Waits so long first, in milliseconds of the platform's clock. */
  latencyMs: Type.Optional(WaitMs),
};

/** Whether the call is not processed at all, or processed and then its answer lost. */
const lossFields = { ...faultFields, when: Type.Enum(["before", "after"]) };

/** What goes wrong with calls under `/cgi-bin`. */
export const FaultInput = Type.Union([
  /** Slow, and otherwise as ever. */
  Type.Object({ ...faultFields, kind: Type.Literal("latency"), latencyMs: WaitMs }, closed),
  /** Answers this errcode; `when: "after"` although the call was processed. Default `before`. */
  Type.Object(
    {
      ...faultFields,
      kind: Type.Literal("errcode"),
      errcode: Type.Integer({ minimum: -1, maximum: 9_999_999 }),
      when: Type.Optional(Type.Enum(["before", "after"])),
    },
    closed,
  ),
  /** Keeps the connection open and never answers. */
  Type.Object({ ...lossFields, kind: Type.Literal("no_answer") }, closed),
  /** Breaks the connection without an answer. */
  Type.Object({ ...lossFields, kind: Type.Literal("reset") }, closed),
  /** Breaks the connection in the middle of the answer. */
  Type.Object({ ...lossFields, kind: Type.Literal("truncated") }, closed),
  /** Answers an HTML page, with this HTTP status: 200, or 502 as a load balancer would. */
  Type.Object(
    {
      ...lossFields,
      kind: Type.Literal("html"),
      status: Type.Integer({ minimum: 200, maximum: 599 }),
    },
    closed,
  ),
  /** Revokes the account's tokens, then processes the call. */
  Type.Object({ ...faultFields, kind: Type.Literal("token_revoked") }, closed),
]);
export type FaultInput = Static<typeof FaultInput>;

/** Whether the fault strikes before the call is processed, which then never happens. */
export function isStruckBefore(fault: FaultInput): boolean {
  switch (fault.kind) {
    case "latency":
    case "token_revoked":
      return false;
    case "errcode":
      return fault.when !== "after";
    default:
      return fault.when === "before";
  }
}
