import type { AccountKind } from "../accounts/account.ts";
import type { Placement } from "./inbox-message.ts";

/**
 * Where a message arrives: in the account's chat for who follows it when it is sent, in Service Notifications for everybody
 * else; a mobile app has no chat.
 */
export function choosePlacement(kind: AccountKind, follows: boolean): Placement {
  return follows && kind !== "mobile_app" ? "chat" : "service_notification";
}
