import type { AppId, BilingualText } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { Transcript } from "./transcript.ts";

/** A call that was made to the platform, or one it made to a developer's server. */
export type JournalKind = "call" | "push";

/** One call under `/cgi-bin`, or one attempt of a push, and what became of it. Holds no secret: a token stands here as a short fingerprint. */
export interface JournalEntry {
  /** Ascending, unique on this platform. */
  readonly id: number;
  readonly kind: JournalKind;
  readonly at: EpochMs;
  /** Whose call it was, when its token or its appid told. */
  readonly appid: AppId | undefined;
  readonly method: string;
  /** Path of the call; of a push, the event's name. */
  readonly endpoint: string;
  readonly openid: string | undefined;
  readonly scene: number | undefined;
  /** First eight hexadecimal digits of the token's SHA-256. */
  readonly token: string | undefined;
  /** What the platform decided; of a push 0 when the receiver took it, else absent; absent too when a fault struck before it could. A fault may have kept the caller from hearing it. */
  readonly errcode: number | undefined;
  readonly errmsg: string | undefined;
  readonly rid: string;
  /** Why it was refused, in words; of a push, where it went and what was answered. */
  readonly why: BilingualText | undefined;
  /** The fault that struck the call, and whether the call was processed all the same. */
  readonly fault: string | undefined;
  /** Of a call that was answered with a refusal, and so with its rid; every other is kept in short alone. */
  readonly transcript: Transcript | undefined;
}
