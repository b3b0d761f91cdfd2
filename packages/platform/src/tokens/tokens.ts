import { hash } from "node:crypto";
import { type AppId, parseAccessToken, parseAppId } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import { Memo } from "../store/memo.ts";
import {
  findInteger,
  findText,
  type Row,
  readIdentifier,
  readInteger,
  readWord,
} from "../store/row.ts";
import type { IssuedToken, TokenEnd, TokenKind } from "./issued-token.ts";

/** Forced refreshes of one account. */
export interface ForcedRefreshes {
  /** The last one that issued a token. */
  readonly forcedAt: EpochMs;
  /** Days of UTC+8 since 1970, and how many there were in that one. */
  readonly day: number;
  readonly dayCount: number;
}

/** The tokens given out. A token must be kept as it is: stable_token answers it again. Methods that write are called inside a commit. */
export class Tokens {
  readonly #file: SqliteFile;
  readonly #ownTokens = new Memo<IssuedToken>(LIMITS.tokensRememberedMax);
  readonly #fingerprints = new Memo<string>(LIMITS.tokensRememberedMax);

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(token: string): IssuedToken | undefined {
    return this.#findOwn(token) ?? this.#findAuthorizers(token);
  }

  /** Enough to tell two tokens apart, too little to use one: the first eight hexadecimal digits of its SHA-256. */
  fingerprint(token: string): string {
    return this.#fingerprints.recall(token, () => hash("sha256", token).slice(0, 8)) ?? "";
  }

  /** The newest of a kind that still works. */
  findCurrent(appid: AppId, kind: TokenKind, now: EpochMs): IssuedToken | undefined {
    const row = this.#file
      .prepare(
        `SELECT * FROM tokens WHERE appid = ? AND kind = ? AND coalesce(ends_at, expires_at) > ?
         ORDER BY rowid DESC LIMIT 1`,
      )
      .get(appid, kind, now);
    return row && readToken(row);
  }

  /** Adds one of an account's own. */
  add({ token, appid, kind, issuedAt, expiresAt }: IssuedToken): void {
    this.forget();
    this.#file
      .prepare(
        "INSERT INTO tokens (token, appid, kind, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)",
      )
      .run(token, appid, kind, issuedAt, expiresAt);
    this.#file
      .prepare(
        `DELETE FROM tokens WHERE rowid IN
           (SELECT rowid FROM tokens WHERE appid = ? AND kind = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)`,
      )
      .run(appid, kind, LIMITS.tokensMax);
  }

  /** Lets every token of a kind end at an instant, unless it ends or expires before. */
  end(
    appid: AppId,
    kind: TokenKind,
    end: { readonly at: EpochMs; readonly cause: TokenEnd },
  ): void {
    this.forget();
    this.#file
      .prepare(
        `UPDATE tokens SET ends_at = :at, end_cause = :cause
         WHERE appid = :appid AND kind = :kind AND coalesce(ends_at, expires_at) > :at`,
      )
      .run({ appid, kind, at: end.at, cause: end.cause });
  }

  /** Lets every token of an account end now. */
  revoke(appid: AppId, now: EpochMs): void {
    this.end(appid, "plain", { at: now, cause: "revoked" });
    this.end(appid, "stable", { at: now, cause: "revoked" });
    this.#file
      .prepare(
        `UPDATE component_credentials SET ended_at = ?
         WHERE appid = ? AND kind = 'authorizer_token' AND ended_at IS NULL`,
      )
      .run(now, appid);
  }

  findForced(appid: AppId): ForcedRefreshes | undefined {
    const row = this.#file.prepare("SELECT * FROM forced_refreshes WHERE appid = ?").get(appid);
    return row && readForced(row);
  }

  putForced(appid: AppId, { forcedAt, day, dayCount }: ForcedRefreshes): void {
    this.#file
      .prepare(
        `INSERT INTO forced_refreshes (appid, forced_at, day, day_count) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET forced_at = excluded.forced_at, day = excluded.day, day_count = excluded.day_count`,
      )
      .run(appid, forcedAt, day, dayCount);
  }

  /** Forgets what memory holds. */
  forget(): void {
    this.#ownTokens.forget();
  }

  #findOwn(token: string): IssuedToken | undefined {
    return this.#ownTokens.recall(token, () => {
      const row = this.#file.prepare("SELECT * FROM tokens WHERE token = ?").get(token);
      return row && readToken(row);
    });
  }

  #findAuthorizers(token: string): IssuedToken | undefined {
    const row = this.#file.prepare(SELECT_AUTHORIZER_TOKEN).get(token);
    return row && readToken(row);
  }
}

/** What a third-party platform was given for an account stands with its other credentials. */
const SELECT_AUTHORIZER_TOKEN = `
  SELECT value AS token, appid, component, 'authorizer' AS kind, issued_at, expires_at, ended_at AS ends_at,
    iif(ended_at IS NULL, NULL, 'revoked') AS end_cause
  FROM component_credentials WHERE value = ? AND kind = 'authorizer_token'`;

function readToken(row: Row): IssuedToken {
  return {
    token: readIdentifier(row, "token", parseAccessToken),
    appid: readIdentifier(row, "appid", parseAppId),
    kind: readWord(row, "kind", ["plain", "stable", "authorizer"]),
    component: parseAppId(findText(row, "component") ?? ""),
    issuedAt: readInteger(row, "issued_at"),
    expiresAt: readInteger(row, "expires_at"),
    endsAt: findInteger(row, "ends_at"),
    endCause:
      row["end_cause"] === null
        ? undefined
        : readWord(row, "end_cause", ["superseded", "forced", "revoked"]),
  };
}

function readForced(row: Row): ForcedRefreshes {
  return {
    forcedAt: readInteger(row, "forced_at"),
    day: readInteger(row, "day"),
    dayCount: readInteger(row, "day_count"),
  };
}
