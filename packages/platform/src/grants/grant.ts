import type { AppId, OpenId, Scene } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/**
 * One line of WeChat's own ledger: (appid, openid, scene) and what is left of it.
 *
 *     none ──confirm──► granted ──send answered 0──► spent ──confirm──► granted, a new generation
 *                       granted ──confirm──► granted           nothing accumulates
 *     any ──cancel──► unchanged                                a send refused changes nothing either
 */
export interface Grant {
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly scene: Scene;
  readonly state: "granted" | "spent";
  /** How many times a grant was opened here: 1 for the first. */
  readonly generation: number;
  /** When this generation was opened. */
  readonly grantedAt: EpochMs;
  readonly spentAt: EpochMs | undefined;
  /** The inbox's message that spent it. */
  readonly messageId: number | undefined;
}
