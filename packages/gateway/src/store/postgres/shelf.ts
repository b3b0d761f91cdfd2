/** A value that was changed, or added where there was none. */
export interface Changed<T> {
  readonly before: T | undefined;
  readonly value: T;
}

/**
 * Values by key, read from a database and perhaps changed since. What one fact changed can be taken back, and what is
 * left in the end is what has to be written.
 */
export class Shelf<T> {
  readonly #values = new Map<string, T>();
  /** What was changed or added, and what was read there. */
  readonly #changed = new Map<string, T | undefined>();
  /** What stood where the current fact has put something, the last first to be taken back. */
  #undo: { readonly key: string; readonly value: T | undefined; readonly wasChanged: boolean }[] =
    [];

  /** Puts a value where it was read from. */
  load(key: string, value: T): void {
    this.#values.set(key, value);
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  /** Changes a value, or adds it. */
  set(key: string, value: T): void {
    const before = this.#values.get(key);
    this.#undo.push({ key, value: before, wasChanged: this.#changed.has(key) });
    this.#values.set(key, value);
    if (!this.#changed.has(key)) this.#changed.set(key, before);
  }

  isChanged(key: string): boolean {
    return this.#changed.has(key);
  }

  /** All values, in the order in which they came. */
  values(): Iterable<T> {
    return this.#values.values();
  }

  /** What was changed or added. */
  listChanged(): readonly T[] {
    return this.compareChanged().map(({ value }) => value);
  }

  /** The same, each beside what was read there. */
  compareChanged(): readonly Changed<T>[] {
    const changed: Changed<T>[] = [];
    for (const [key, before] of this.#changed) {
      const value = this.#values.get(key);
      if (value !== undefined) changed.push({ before, value });
    }
    return changed;
  }

  /** From here on changes can be taken back together. */
  begin(): void {
    this.#undo = [];
  }

  /** Takes back what was changed since `begin`. */
  takeBack(): void {
    for (const { key, value, wasChanged } of this.#undo.toReversed()) {
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
      if (!wasChanged) this.#changed.delete(key);
    }
    this.#undo = [];
  }
}
