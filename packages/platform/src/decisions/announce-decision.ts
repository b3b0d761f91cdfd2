import { parseAppId, parseScene } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import { buildDecidedEvent } from "../push/account-event.ts";
import type { Pusher } from "../push/pusher.ts";
import type { Answer } from "./decide.ts";

/** Tells the account's server, if it asked for what the real WeChat tells nobody, that a question of its own was answered. */
export function announceDecision(
  pusher: Pusher,
  { link, person, action }: Answer,
  at: EpochMs,
): void {
  const appid = parseAppId(link.appid ?? "");
  const scene = parseScene(link.scene ?? "");
  if (appid === undefined || scene === undefined) return;
  pusher.announce(
    buildDecidedEvent({ appid, openid: person.openids[appid], at }, { action, scene }),
  );
}
