import { parseAppId, SEND_PATH } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import {
  bind,
  findInteger,
  findText,
  type Row,
  readInteger,
  readText,
  readWord,
} from "../store/row.ts";
import type { EntryIds } from "./entry-ids.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { Transcript } from "./transcript.ts";

/** Which entries to list; what is absent does not restrict. */
export interface JournalFilter {
  readonly appid: string | undefined;
  readonly after: number | undefined;
  readonly limit: number;
}

/** The same, backwards in time. */
interface OlderFilter {
  readonly appid: string | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

/** An entry to be. */
interface NewEntry extends Omit<JournalEntry, "id"> {
  /** Of a call that put a message on a phone: the message's. Otherwise it gets the next one. */
  readonly id: number | undefined;
}

/** Entries beyond the limit are removed once in so many ids. */
const TRIM_EVERY = 1_000;

/**
 * What was asked under `/cgi-bin` and what was answered, and what was pushed. A send that was answered 0 has the message for its
 * entry, and none of its own unless a fault struck it. Methods that write are called inside a commit.
 */
export class Journal {
  readonly #file: SqliteFile;
  readonly #ids: EntryIds;
  /** Of which stretch of ids. A reset begins with the first one again. */
  #trimmedIn: number | undefined;

  constructor(file: SqliteFile, ids: EntryIds) {
    this.#file = file;
    this.#ids = ids;
  }

  add(entry: NewEntry): void {
    const id = entry.id ?? this.#ids.take();
    this.#file
      .prepare(
        `INSERT INTO journal (id, kind, at, appid, method, endpoint, openid, scene, token, errcode, errmsg, rid, why_zh, why_en, fault,
           client_ip, took_ms, query, body, reply)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...bind(
          id,
          entry.kind,
          entry.at,
          entry.appid,
          entry.method,
          entry.endpoint,
          entry.openid,
          entry.scene,
          entry.token,
          entry.errcode,
          entry.errmsg,
          entry.rid,
          entry.why?.zh,
          entry.why?.en,
          entry.fault,
          entry.transcript?.clientIp,
          entry.transcript?.tookMs,
          entry.transcript?.query,
          entry.transcript?.body,
          entry.transcript?.reply,
        ),
      );
    if (Math.floor(id / TRIM_EVERY) !== this.#trimmedIn) this.#trim(id);
  }

  /** The call that was refused with this rid. */
  findRefused(rid: string): JournalEntry | undefined {
    const row = this.#file
      .prepare("SELECT * FROM journal WHERE rid = ? AND reply IS NOT NULL AND id > ?")
      .get(rid, this.#oldest());
    return row && readEntry(row);
  }

  /** The same as a list, empty too when the call was not this account's; without `appid` anybody's. */
  listRefused(rid: string, appid: string | undefined): readonly JournalEntry[] {
    const found = this.findRefused(rid);
    return found === undefined || found.appid !== (appid ?? found.appid) ? [] : [found];
  }

  /** In the order in which they happened: the first ones after an entry, or without `after` the newest. */
  list({ appid, after, limit }: JournalFilter): readonly JournalEntry[] {
    const before = undefined;
    return after === undefined
      ? this.listBefore({ appid, before, limit }).toReversed()
      : this.#read("ASC", { appid, after, before, limit });
  }

  /** Newest first: those before an entry, or without `before` the newest. */
  listBefore({ appid, before, limit }: OlderFilter): readonly JournalEntry[] {
    return this.#read("DESC", { appid, after: 0, before, limit });
  }

  #read(
    order: "ASC" | "DESC",
    { appid, after, before, limit }: JournalFilter & OlderFilter,
  ): readonly JournalEntry[] {
    return this.#file
      .prepare(selectEntries(order, appid === undefined ? "" : "AND appid = :appid"))
      .all({
        after: Math.max(after ?? 0, this.#oldest()),
        before: before ?? Number.MAX_SAFE_INTEGER,
        ...(appid !== undefined && { appid }),
        limit,
      })
      .map(readEntry);
  }

  /** Up to here entries are no longer told, though messages live longer. */
  #oldest(): number {
    return this.#ids.next - 1 - LIMITS.journalMax;
  }

  #trim(newest: number): void {
    this.#trimmedIn = Math.floor(newest / TRIM_EVERY);
    this.#file.prepare("DELETE FROM journal WHERE id <= ?").run(newest - LIMITS.journalMax);
    this.#file.prepare(FORGET_TRANSCRIPTS).run(LIMITS.transcriptsMax);
  }
}

/** The journal's own entries, and messages as such; both are read by id, so that few are read for a few. */
function selectEntries(order: "ASC" | "DESC", restriction: string): string {
  return `
    SELECT id, kind, at, appid, method, endpoint, openid, scene, token, errcode, errmsg, rid, why_zh, why_en, fault,
      client_ip, took_ms, query, body, reply
    FROM journal WHERE id > :after AND id < :before ${restriction}
    UNION ALL
    SELECT id, 'call', received_at, appid, 'POST', '${SEND_PATH}', openid, scene, token, 0, 'ok', rid, NULL, NULL, NULL,
      NULL, NULL, NULL, NULL, NULL
    FROM messages WHERE id > :after AND id < :before ${restriction}
      AND NOT EXISTS (SELECT 1 FROM journal WHERE journal.id = messages.id)
    ORDER BY id ${order} LIMIT :limit`;
}

/** All but so many. A rid begins with its time, so that the order of rids is that of calls. */
const FORGET_TRANSCRIPTS = `
  UPDATE journal SET client_ip = NULL, took_ms = NULL, query = NULL, body = NULL, reply = NULL
  WHERE reply IS NOT NULL AND rid <=
    (SELECT rid FROM journal WHERE reply IS NOT NULL ORDER BY rid DESC LIMIT 1 OFFSET ?)`;

function readEntry(row: Row): JournalEntry {
  const zh = findText(row, "why_zh");
  const en = findText(row, "why_en");
  return {
    id: readInteger(row, "id"),
    kind: readWord(row, "kind", ["call", "push"]),
    at: readInteger(row, "at"),
    appid: parseAppId(findText(row, "appid") ?? ""),
    method: readText(row, "method"),
    endpoint: readText(row, "endpoint"),
    openid: findText(row, "openid"),
    scene: findInteger(row, "scene"),
    token: findText(row, "token"),
    errcode: findInteger(row, "errcode"),
    errmsg: findText(row, "errmsg"),
    rid: readText(row, "rid"),
    why: zh === undefined || en === undefined ? undefined : { zh, en },
    fault: findText(row, "fault"),
    transcript: readTranscript(row),
  };
}

function readTranscript(row: Row): Transcript | undefined {
  const reply = findText(row, "reply");
  if (reply === undefined) return undefined;
  return {
    clientIp: readText(row, "client_ip"),
    tookMs: readInteger(row, "took_ms"),
    query: readText(row, "query"),
    body: readText(row, "body"),
    reply,
  };
}
