import type { SqliteFile, World } from "@yici/runtime";
import { findText } from "./row.ts";

/** By how much the clock was moved: what was recorded stays in the past after a restart. */
export const CLOCK_SETTING = "clock_advanced_ms";

/** The key by which this installation knows its own forms. */
export const FORM_KEY_SETTING = "form_key";

/** Small facts about the installation itself. They survive a reset. */
export class Settings {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(name: string): string | undefined {
    const row = this.#file.prepare("SELECT value FROM settings WHERE name = ?").get(name);
    return row && findText(row, "value");
  }

  put(name: string, value: string): void {
    this.#file
      .prepare(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      )
      .run(name, value);
  }

  /** A key of 32 bytes that is made once and stays. Call it inside a commit. */
  findOrMakeKey(name: string, world: Pick<World, "randomBytes">): Buffer {
    const known = this.find(name);
    if (known !== undefined) return Buffer.from(known, "base64url");
    const key = world.randomBytes(32);
    this.put(name, key.toString("base64url"));
    return key;
  }
}
