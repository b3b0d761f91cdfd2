import { LIMITS } from "../limits.ts";
import { maskBody, maskQuery } from "./mask-secrets.ts";

/** A call and its reply word for word, secrets masked and long ones cut: what `openapi/rid/get` shows. */
export interface Transcript {
  readonly clientIp: string;
  /** From when the call was read until it was decided. */
  readonly tookMs: number;
  /** The query, without `?`. */
  readonly query: string;
  readonly body: string;
  readonly reply: string;
}

/** What of a call is kept, given what came and what went. */
export function writeTranscript(
  call: { readonly clientIp: string; readonly rawQuery: string; readonly body: string },
  { reply, tookMs }: Pick<Transcript, "reply" | "tookMs">,
): Transcript {
  const { transcriptQueryMax, transcriptBodyMax } = LIMITS;
  return {
    clientIp: call.clientIp,
    tookMs: Math.round(tookMs),
    query: maskQuery(call.rawQuery.slice(0, transcriptQueryMax)),
    body: maskBody(call.body.slice(0, transcriptBodyMax)),
    reply,
  };
}
