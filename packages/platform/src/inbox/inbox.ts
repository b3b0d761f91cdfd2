import { type AppId, type OpenId, parseAppId, parseOpenId, type Scene } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import type { EntryIds } from "../journal/entry-ids.ts";
import { LIMITS } from "../limits.ts";
import {
  findText,
  type Row,
  readIdentifier,
  readInteger,
  readScene,
  readText,
  readWord,
} from "../store/row.ts";
import type { InboxMessage, Jump, MiniprogramJump, Placement } from "./inbox-message.ts";

/** A message that arrives. */
export interface ArrivingMessage {
  readonly person: string;
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly scene: Scene;
  readonly placement: Placement;
  readonly title: string;
  readonly content: string | undefined;
  readonly color: string | undefined;
  readonly url: string | undefined;
  readonly miniprogram: MiniprogramJump | undefined;
  /** Of the call that sends it: its token's fingerprint, and its id. */
  readonly token: string;
  readonly rid: string;
}

/** Which messages to list; what is absent does not restrict. */
export interface InboxFilter {
  readonly person: string | undefined;
  readonly appid: string | undefined;
  readonly after: number | undefined;
  readonly limit: number;
}

/** Messages beyond the limit are removed once in so many ids. */
const TRIM_EVERY = 1_000;

/** The messages on all phones. Methods that write are called inside a commit. */
export class Inbox {
  readonly #file: SqliteFile;
  readonly #ids: EntryIds;
  /** Of which stretch of ids. A reset begins with the first one again. */
  #trimmedIn: number | undefined;

  constructor(file: SqliteFile, ids: EntryIds) {
    this.#file = file;
    this.#ids = ids;
  }

  /** The id of the message that is added next. */
  get nextId(): number {
    return this.#ids.next;
  }

  /** Answers the message's id. */
  add(message: ArrivingMessage, now: EpochMs): number {
    const id = this.#ids.take();
    this.#file
      .prepare(
        `INSERT INTO messages (id, person, appid, openid, scene, placement, title, content, color, url, miniprogram_appid,
           miniprogram_pagepath, received_at, token, rid, is_read) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
      )
      .run(
        id,
        message.person,
        message.appid,
        message.openid,
        message.scene,
        message.placement,
        message.title,
        message.content ?? null,
        message.color ?? null,
        message.url ?? null,
        message.miniprogram?.appid ?? null,
        message.miniprogram?.pagepath ?? null,
        now,
        message.token,
        message.rid,
      );
    if (Math.floor(id / TRIM_EVERY) !== this.#trimmedIn) this.#trim(id);
    return id;
  }

  /** In the order of arrival: the first ones after a message, or without `after` the newest. */
  list(filter: InboxFilter): readonly InboxMessage[] {
    const isNewest = filter.after === undefined;
    const messages = this.#file
      .prepare(
        `SELECT * FROM messages WHERE id > :after ${filter.person === undefined ? "" : "AND person = :person"}
           AND appid = coalesce(:appid, appid) ORDER BY id ${isNewest ? "DESC" : "ASC"} LIMIT :limit`,
      )
      .all({
        after: filter.after ?? 0,
        ...(filter.person !== undefined && { person: filter.person }),
        appid: filter.appid ?? null,
        limit: filter.limit,
      })
      .map(readMessage);
    return isNewest ? messages.toReversed() : messages;
  }

  /** Marks what lies in one place as read: an account's chat, or, without an appid, Service Notifications. Answers how many it were. */
  markRead(person: string, chat: string | undefined): number {
    const { changes } = this.#file
      .prepare(
        `UPDATE messages SET is_read = 1 WHERE person = :person AND is_read = 0
           AND placement = iif(:appid IS NULL, 'service_notification', 'chat') AND appid = coalesce(:appid, appid)`,
      )
      .run({ person, appid: chat ?? null });
    return Number(changes);
  }

  #trim(newest: number): void {
    this.#trimmedIn = Math.floor(newest / TRIM_EVERY);
    this.#file.prepare("DELETE FROM messages WHERE id <= ?").run(newest - LIMITS.messagesMax);
  }
}

function readMessage(row: Row): InboxMessage {
  const url = findText(row, "url");
  const miniprogram = readMiniprogram(row);
  return {
    id: readInteger(row, "id"),
    person: readText(row, "person"),
    appid: readIdentifier(row, "appid", parseAppId),
    openid: readIdentifier(row, "openid", parseOpenId),
    scene: readScene(row, "scene"),
    placement: readWord(row, "placement", ["chat", "service_notification"]),
    title: readText(row, "title"),
    content: findText(row, "content"),
    color: findText(row, "color"),
    url,
    miniprogram,
    jump: chooseJump(url, miniprogram),
    receivedAt: readInteger(row, "received_at"),
    isRead: readInteger(row, "is_read") === 1,
  };
}

function readMiniprogram(row: Row): MiniprogramJump | undefined {
  const appid = findText(row, "miniprogram_appid");
  return appid === undefined
    ? undefined
    : { appid, pagepath: findText(row, "miniprogram_pagepath") };
}

function chooseJump(
  url: string | undefined,
  miniprogram: MiniprogramJump | undefined,
): Jump | undefined {
  if (miniprogram !== undefined) return { kind: "miniprogram", ...miniprogram };
  return url === undefined ? undefined : { kind: "url", url };
}
