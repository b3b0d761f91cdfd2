import { parseAppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import { Memo } from "../store/memo.ts";
import {
  bind,
  findText,
  readIdentifier,
  readInteger,
  readText,
  readWord,
  type Row,
} from "../store/row.ts";
import type { PushSettings } from "./push-target.ts";

/** The accounts' message-push settings. Methods that write are called inside a commit. */
export class PushSettingsBook {
  readonly #file: SqliteFile;
  /** `null` for an account without any. */
  readonly #memo = new Memo<PushSettings | null>(LIMITS.accountsMax);

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(appid: string): PushSettings | undefined {
    const settings = this.#memo.recall(appid, () => {
      const row = this.#file.prepare("SELECT * FROM push_settings WHERE appid = ?").get(appid);
      return row === undefined ? null : readSettings(row);
    });
    return settings ?? undefined;
  }

  put(settings: PushSettings): void {
    this.forget();
    this.#file
      .prepare(
        `INSERT OR REPLACE INTO push_settings (appid, url, token, encoding_aes_key, previous_encoding_aes_key, mode, format,
           has_extension_events) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...bind(
          settings.appid,
          settings.url,
          settings.token,
          settings.encodingAesKey,
          settings.previousEncodingAesKey,
          settings.mode,
          settings.format,
          Number(settings.hasExtensionEvents),
        ),
      );
  }

  remove(appid: string): void {
    this.forget();
    this.#file.prepare("DELETE FROM push_settings WHERE appid = ?").run(appid);
  }

  /** Forgets what memory holds. */
  forget(): void {
    this.#memo.forget();
  }
}

function readSettings(row: Row): PushSettings {
  return {
    appid: readIdentifier(row, "appid", parseAppId),
    url: readText(row, "url"),
    token: readText(row, "token"),
    encodingAesKey: readText(row, "encoding_aes_key"),
    previousEncodingAesKey: findText(row, "previous_encoding_aes_key"),
    mode: readWord(row, "mode", ["plain", "compatible", "safe"]),
    format: readWord(row, "format", ["xml", "json"]),
    hasExtensionEvents: readInteger(row, "has_extension_events") === 1,
  };
}
