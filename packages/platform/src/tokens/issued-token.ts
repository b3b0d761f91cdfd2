import type { AccessToken, AppId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** Of `/cgi-bin/token` or of `/cgi-bin/stable_token`; the two never end each other. */
export type TokenKind = "plain" | "stable";

/** Also of a third-party platform, which has it from the account's consent. */
export type IssuedTokenKind = TokenKind | "authorizer";

/** Why a token stopped working before it expired. */
export type TokenEnd = "superseded" | "forced" | "revoked";

/** A token this platform gave out. */
export interface IssuedToken {
  readonly token: AccessToken;
  readonly appid: AppId;
  readonly kind: IssuedTokenKind;
  /** The third-party platform whose token it is; absent for the account's own. */
  readonly component: AppId | undefined;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** When it stops, or stopped, working before it expires. */
  readonly endsAt: EpochMs | undefined;
  readonly endCause: TokenEnd | undefined;
}

/** Documented: `expires_in` is 7200. */
export const TOKEN_LIFE_MS = 7_200_000;

/** Documented: for five minutes the old token and the new one both work. */
export const TOKEN_OVERLAP_MS = 300_000;
