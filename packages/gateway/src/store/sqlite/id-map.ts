/**
 * Values by ids that come as new texts each time, out of rows and from another thread. A `Map` of the language looks such
 * a text up among all texts of the process before it looks for its value, which takes longer than everything else here.
 */
export class IdMap<Value> {
  /** By the hash of the id, the first of those that have it. */
  readonly #entries = new Map<number, Entry<Value>>();

  get(id: string): Value | undefined {
    return this.#find(id)?.value;
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined;
  }

  set(id: string, value: Value): void {
    const known = this.#find(id);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const hash = hashOf(id);
    this.#entries.set(hash, { id, value, next: this.#entries.get(hash) });
  }

  delete(id: string): void {
    const hash = hashOf(id);
    const rest = without(this.#entries.get(hash), id);
    if (rest === undefined) this.#entries.delete(hash);
    else this.#entries.set(hash, rest);
  }

  /** All values, in the order of their coming, but for those whose ids have the same hash. */
  list(): readonly Value[] {
    const values: Value[] = [];
    for (const first of this.#entries.values()) {
      for (let entry: Entry<Value> | undefined = first; entry !== undefined; entry = entry.next) {
        values.push(entry.value);
      }
    }
    return values;
  }

  #find(id: string): Entry<Value> | undefined {
    let entry = this.#entries.get(hashOf(id));
    while (entry !== undefined && entry.id !== id) entry = entry.next;
    return entry;
  }
}

interface Entry<Value> {
  readonly id: string;
  value: Value;
  /** Another one whose id has the same hash. */
  readonly next: Entry<Value> | undefined;
}

/** Ids end in what chance gave them. */
const HASHED_LENGTH = 6;

function hashOf(id: string): number {
  let hash = 0;
  for (let place = Math.max(id.length - HASHED_LENGTH, 0); place < id.length; place += 1) {
    hash = ((hash << 5) ^ id.charCodeAt(place)) & 0x3fff_ffff;
  }
  return hash;
}

/** What remains of entries when one has gone. */
function without<Value>(entry: Entry<Value> | undefined, id: string): Entry<Value> | undefined {
  if (entry === undefined) return undefined;
  if (entry.id === id) return entry.next;
  return { ...entry, next: without(entry.next, id) };
}
