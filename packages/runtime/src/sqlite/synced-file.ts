import { close, closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { promisify } from "node:util";

const syncFile = promisify(fdatasync);

/**
 * A file that somebody else in this process writes and this brings to the disk. Opened when it is first synced; a file that
 * takes another's place under its path is not noticed, and SQLite's log is never replaced while the database is open.
 */
export class SyncedFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #underWay = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when all that was written before the call is on disk. */
  async sync(): Promise<void> {
    const descriptor = this.#open();
    this.#underWay += 1;
    try {
      await syncFile(descriptor);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0 && this.#descriptor === undefined) close(descriptor);
    }
  }

  /** The same, before it returns; throws. */
  syncNow(): void {
    fdatasyncSync(this.#open());
  }

  /** Lets go of the file, as soon as nothing is under way. */
  close(): void {
    if (this.#underWay === 0 && this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    // Some systems sync through a descriptor that may write alone.
    this.#descriptor ??= openSync(this.#path, "r+");
    return this.#descriptor;
  }
}
