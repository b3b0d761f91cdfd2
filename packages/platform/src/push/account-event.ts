import { hash } from "node:crypto";
import type { AppId, CallbackAction, OpenId, Scene } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { Person } from "../people/person.ts";
import type { FlatMembers } from "./flat-xml.ts";
import type { Push } from "./seal-push.ts";

/** Something that happened to an account and that its server is told. */
export interface AccountEvent {
  readonly appid: AppId;
  /** Not of the real WeChat: pushed only to those who asked for it. */
  readonly isExtension: boolean;
  /** Made only for an account that has a server for it. */
  readonly buildPush: () => Push;
}

/** Whom something happened with, and when. */
interface Occasion {
  readonly appid: AppId;
  /** Absent where WeChat tells nobody who it was. */
  readonly openid: OpenId | undefined;
  readonly at: EpochMs;
}

/** `subscribe` or `unsubscribe`: somebody follows or no longer does (facts 9.4). It has nothing to do with messages. */
function buildFollowEvent(
  occasion: Occasion,
  { follows }: { readonly follows: boolean },
): AccountEvent {
  const name = follows ? "subscribe" : "unsubscribe";
  return {
    ...occasion,
    isExtension: false,
    buildPush: () => buildPush(occasion, name, { EventKey: "" }),
  };
}

/** The follow events that lie between two states of one person. */
export function listFollowEvents(
  before: Person,
  after: Person,
  at: EpochMs,
): readonly AccountEvent[] {
  const changed = (one: Person, other: Person) =>
    one.follows.filter((appid) => !other.follows.includes(appid));
  const build = (follows: boolean) => (appid: AppId) =>
    buildFollowEvent({ appid, openid: after.openids[appid], at }, { follows });
  return [...changed(after, before).map(build(true)), ...changed(before, after).map(build(false))];
}

/** Ours: somebody answered the confirm page. Who cancels stays unnamed, as in the redirect. */
export function buildDecidedEvent(
  { appid, openid, at }: Occasion,
  { action, scene }: { readonly action: CallbackAction; readonly scene: Scene },
): AccountEvent {
  const occasion = { appid, openid: action === "confirm" ? openid : undefined, at };
  const members = { Action: action, Scene: scene };
  return {
    appid,
    isExtension: true,
    buildPush: () => buildPush(occasion, "yici_subscribe_msg_decided", members),
  };
}

/** Ours: a message of this capability was put on a phone. */
export function buildSentEvent(
  occasion: Occasion,
  { scene, messageId }: { readonly scene: Scene; readonly messageId: number },
): AccountEvent {
  const members = { Scene: scene, MessageId: messageId };
  return {
    appid: occasion.appid,
    isExtension: true,
    buildPush: () => buildPush(occasion, "yici_subscribe_msg_sent", members),
  };
}

function buildPush({ appid, openid, at }: Occasion, name: string, members: FlatMembers): Push {
  return {
    name,
    addressee: "ToUserName",
    openid,
    members: {
      ToUserName: makeOriginalId(appid),
      ...(openid !== undefined && { FromUserName: openid }),
      CreateTime: Math.floor(at / 1_000),
      MsgType: "event",
      Event: name,
      ...members,
    },
  };
}

/** The account's "original id", `gh_` and twelve characters: always the same for one appid. */
function makeOriginalId(appid: AppId): string {
  return `gh_${hash("sha256", `original id\0${appid}`).slice(0, 12)}`;
}
