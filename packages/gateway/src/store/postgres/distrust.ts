import type { AppId } from "@yici/protocol";

/** After a disappointment, so many times nothing is taken for granted. */
const TIMES = 16;

/** Accounts of which something was taken for granted that was not so: for a while it is better read. */
export class Distrust {
  readonly #left = new Map<AppId, number>();

  begin(appid: AppId): void {
    this.#left.set(appid, TIMES);
  }

  has(appid: AppId): boolean {
    return this.#left.has(appid);
  }

  /** Whether an account is distrusted; each question makes it one time less. */
  ask(appid: AppId): boolean {
    const left = this.#left.get(appid);
    if (left === undefined) return false;
    if (left === 1) this.#left.delete(appid);
    else this.#left.set(appid, left - 1);
    return true;
  }
}
