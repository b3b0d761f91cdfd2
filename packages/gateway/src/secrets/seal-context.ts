import type { AppId } from "@yici/protocol";

/** What an account, or a third-party platform, keeps sealed. */
export type SealedThing =
  | "app_secret"
  | "access_token"
  | "bearer"
  | "refresh_token"
  | "push_token"
  | "push_key"
  | "ticket";

/** The place a sealed text belongs to: one kind of thing of one account, so that no row opens in another's place. */
export function buildSealContext(thing: SealedThing, appid: AppId): string {
  return `${thing}:${appid}`;
}
