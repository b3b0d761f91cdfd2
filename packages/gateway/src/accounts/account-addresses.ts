import type { AccountRecord } from "../store/records.ts";

type Addressed = Pick<AccountRecord, "publicUrl" | "code">;

/** Where WeChat sends people back to. */
export function buildCallbackUrl(account: Addressed): string {
  return `${account.publicUrl}/callback/${account.code}`;
}

/** Where WeChat pushes a third-party platform its tickets. */
export function buildComponentPushUrl(publicUrl: string, appid: string): string {
  return `${publicUrl}/component/${appid}`;
}

/** Where a link is opened: the public address that goes into posters, menus and QR codes. */
export function buildEntryUrl(account: Addressed, linkId: string): string {
  return `${account.publicUrl}/l/${linkId}`;
}
