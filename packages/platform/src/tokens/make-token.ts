import { type AppId, parseAccessToken } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import { type IssuedToken, TOKEN_LIFE_MS, type TokenKind } from "./issued-token.ts";

/** Bytes that make 136 characters of base64url. */
export const TOKEN_RANDOM_BYTES = 102;

/** A new token in the shape of real ones: a number, `_`, and random characters; shorter than the documented 512. */
export function makeToken({ appid, kind, now, random }: TokenParts): IssuedToken {
  const token = parseAccessToken(`90_${random.toString("base64url")}`);
  if (token === undefined) throw new TypeError("base64url makes a token");
  return {
    token,
    appid,
    kind,
    component: undefined,
    issuedAt: now,
    expiresAt: now + TOKEN_LIFE_MS,
    endsAt: undefined,
    endCause: undefined,
  };
}

interface TokenParts {
  readonly appid: AppId;
  readonly kind: TokenKind;
  readonly now: EpochMs;
  /** {@link TOKEN_RANDOM_BYTES} of them. */
  readonly random: Buffer;
}
