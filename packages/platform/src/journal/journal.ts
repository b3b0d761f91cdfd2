import { parseAppId } from "@yici/protocol";
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

/** After so many entries the oldest beyond the limit are removed. */
const TRIM_EVERY = 1_000;

/** What was asked under `/cgi-bin` and what was answered, and what was pushed. Methods that write are called inside a commit. */
export class Journal {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  add(entry: Omit<JournalEntry, "id">): void {
    const { lastInsertRowid } = this.#file
      .prepare(
        `INSERT INTO journal (kind, at, appid, method, endpoint, openid, scene, token, errcode, errmsg, rid, why_zh, why_en, fault,
           client_ip, took_ms, query, body, reply)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...bind(
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
    const id = Number(lastInsertRowid);
    if (id % TRIM_EVERY === 0) this.#trim(id);
  }

  /** The call that was refused with this rid. */
  findRefused(rid: string): JournalEntry | undefined {
    const row = this.#file
      .prepare("SELECT * FROM journal WHERE rid = ? AND reply IS NOT NULL")
      .get(rid);
    return row && readEntry(row);
  }

  /** The same as a list, empty too when the call was not this account's; without `appid` anybody's. */
  listRefused(rid: string, appid: string | undefined): readonly JournalEntry[] {
    const found = this.findRefused(rid);
    return found === undefined || found.appid !== (appid ?? found.appid) ? [] : [found];
  }

  /** In the order in which they happened: the first ones after an entry, or without `after` the newest. */
  list(filter: JournalFilter): readonly JournalEntry[] {
    const isNewest = filter.after === undefined;
    const entries = this.#file
      .prepare(
        `SELECT * FROM journal WHERE id > :after ${filter.appid === undefined ? "" : "AND appid = :appid"}
         ORDER BY id ${isNewest ? "DESC" : "ASC"} LIMIT :limit`,
      )
      .all({
        after: filter.after ?? 0,
        ...(filter.appid !== undefined && { appid: filter.appid }),
        limit: filter.limit,
      })
      .map(readEntry);
    return isNewest ? entries.toReversed() : entries;
  }

  /** Newest first: those before an entry, or without `before` the newest. */
  listBefore(filter: OlderFilter): readonly JournalEntry[] {
    return this.#file
      .prepare(
        `SELECT * FROM journal WHERE id < :before ${filter.appid === undefined ? "" : "AND appid = :appid"}
         ORDER BY id DESC LIMIT :limit`,
      )
      .all({
        before: filter.before ?? Number.MAX_SAFE_INTEGER,
        ...(filter.appid !== undefined && { appid: filter.appid }),
        limit: filter.limit,
      })
      .map(readEntry);
  }

  #trim(newest: number): void {
    this.#file.prepare("DELETE FROM journal WHERE id <= ?").run(newest - LIMITS.journalMax);
    this.#file.prepare(FORGET_TRANSCRIPTS).run(LIMITS.transcriptsMax);
  }
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
