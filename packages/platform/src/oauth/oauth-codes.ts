import { type AppId, type OpenId, parseAppId, parseOpenId } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import { findInteger, type Row, readIdentifier, readInteger, readText } from "../store/row.ts";

/** A code that came back from the OAuth page. */
export interface OAuthCode {
  readonly code: string;
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly issuedAt: EpochMs;
  /** When it was exchanged; a code is good for once. */
  readonly usedAt: EpochMs | undefined;
}

/** The codes given out. Methods that write are called inside a commit. */
export class OAuthCodes {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(code: string): OAuthCode | undefined {
    const row = this.#file.prepare("SELECT * FROM oauth_codes WHERE code = ?").get(code);
    return row && readCode(row);
  }

  add({ code, appid, openid, issuedAt }: Omit<OAuthCode, "usedAt">): void {
    const { lastInsertRowid } = this.#file
      .prepare("INSERT INTO oauth_codes (code, appid, openid, issued_at) VALUES (?, ?, ?, ?)")
      .run(code, appid, openid, issuedAt);
    this.#file
      .prepare("DELETE FROM oauth_codes WHERE id <= ?")
      .run(Number(lastInsertRowid) - LIMITS.oauthCodesMax);
  }

  markUsed(code: string, now: EpochMs): void {
    this.#file.prepare("UPDATE oauth_codes SET used_at = ? WHERE code = ?").run(now, code);
  }
}

function readCode(row: Row): OAuthCode {
  return {
    code: readText(row, "code"),
    appid: readIdentifier(row, "appid", parseAppId),
    openid: readIdentifier(row, "openid", parseOpenId),
    issuedAt: readInteger(row, "issued_at"),
    usedAt: findInteger(row, "used_at"),
  };
}
