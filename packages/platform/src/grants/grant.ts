import type { AppId, OpenId, Scene } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/**
 * One line of WeChat's own ledger: (appid, openid, scene) and what is left of it.
 *
 *     none ──confirm──► granted ──send answered 0──► spent ──confirm──► granted, a new generation
 *                       granted ──confirm──► granted           nothing accumulates; a limited life begins anew
 *     any ──cancel──► unchanged                                a send refused changes nothing either
 *
 * and, as a platform's readings may have it:
 *
 *     granted ──cancel──► revoked ──confirm──► granted, a new generation
 *     granted ──its life ends──► expired ──confirm──► granted, a new generation
 */
export interface Grant {
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly scene: Scene;
  readonly state: GrantState;
  /** How many times a grant was opened here: 1 for the first. */
  readonly generation: number;
  /** When this generation was opened. */
  readonly grantedAt: EpochMs;
  /** When it expires, or expired, unless it is spent or revoked before. */
  readonly expiresAt: EpochMs | undefined;
  readonly spentAt: EpochMs | undefined;
  readonly revokedAt: EpochMs | undefined;
  /** The inbox's message that spent it. */
  readonly messageId: number | undefined;
}

/** Only a granted one is answered with 0. */
export type GrantState = "granted" | "spent" | "revoked" | "expired";

/** What changes of a ledger line; its key stays. */
export type GrantFacts = Omit<Grant, "appid" | "openid" | "scene">;
