import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { NewEvent } from "../rows.ts";
import { EVENTS_IN_ROW } from "../told-events.ts";
import { findLastEvent, insertEvents } from "./tables/events.ts";

/** Gathers what is told in one commit, so that an account's events of it are one row. */
export class EventRows {
  readonly #file: SqliteFile;
  readonly #told = new Map<AppId, NewEvent[]>();
  /** The number of each account's last event that is written. */
  readonly #lastNumbers = new Map<AppId, number>();

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  insert(event: NewEvent): void {
    const events = this.#told.get(event.appid);
    if (events === undefined) this.#told.set(event.appid, [event]);
    else if (events.push(event) === EVENTS_IN_ROW) this.#write(event.appid, events);
  }

  /** Writes what was gathered. */
  write(): void {
    for (const [appid, events] of this.#told) this.#write(appid, events);
  }

  /** The transaction was undone. */
  forget(): void {
    this.#told.clear();
    this.#lastNumbers.clear();
  }

  #write(appid: AppId, events: readonly NewEvent[]): void {
    const before = this.#lastNumbers.get(appid) ?? findLastEvent(this.#file, appid);
    const number = before + events.length;
    insertEvents(this.#file, appid, number, events);
    this.#lastNumbers.set(appid, number);
    this.#told.delete(appid);
  }
}
