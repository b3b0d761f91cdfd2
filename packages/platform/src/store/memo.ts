/**
 * Rows as they were read, kept in memory: the file has one owner, so only this process can change them. Whoever writes rows
 * that a memo holds forgets it first, and a transaction that is undone forgets them all. Bounded: a full memo begins anew.
 */
export class Memo<Value extends object | string | null> {
  readonly #sizeMax: number;
  readonly #values = new Map<string, Value>();

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** What is known under a key, or else what `read` finds; nothing is remembered of what it does not find. */
  recall(key: string, read: () => Value | undefined): Value | undefined {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const found = read();
    if (found !== undefined) this.#remember(key, found);
    return found;
  }

  forget(): void {
    this.#values.clear();
  }

  #remember(key: string, value: Value): void {
    if (this.#values.size >= this.#sizeMax) this.#values.clear();
    this.#values.set(key, value);
  }
}
