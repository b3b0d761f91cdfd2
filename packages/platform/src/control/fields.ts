import { Type } from "typebox";

/** Of an object that has no fields but those named. */
export const closed = { additionalProperties: false } as const;

export const Appid = Type.String({ pattern: "^wx[0-9a-f]{16}$" });

/** Path of a call. */
export const Endpoint = Type.String({ pattern: "^/(?:cgi-bin|sns)/[a-z0-9_/]{1,100}$" });

/** Path of what has a quota: a call, or the page of OAuth. */
export const CountedPath = Type.String({
  pattern: "^/(?:(?:cgi-bin|sns)/[a-z0-9_/]{1,100}|connect/oauth2/authorize)$",
});

/** Longest wait of a long poll, and longest latency of a fault: a minute. */
export const WaitMs = Type.Integer({ minimum: 0, maximum: 60_000 });
