import type { AppId } from "@yici/protocol";

/** What an account keeps sealed. */
export type SealedThing = "app_secret" | "access_token";

/** The place a sealed text belongs to: one kind of thing of one account, so that no row opens in another's place. */
export function buildSealContext(thing: SealedThing, appid: AppId): string {
  return `${thing}:${appid}`;
}
