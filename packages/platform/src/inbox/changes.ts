type Listener = () => void;

/** Tells who watches a phone, in this process, that a commit has changed what is on it. */
export class Changes {
  readonly #ofPerson = new Map<string, Set<Listener>>();
  readonly #ofAll = new Set<Listener>();
  readonly #atDesk = new Set<Listener>();

  /** Calls `listener` after each change of this person's phone, or of anybody's, until the answer is called. */
  listen(person: string | undefined, listener: Listener): () => void {
    const listeners = person === undefined ? this.#ofAll : this.#listenersOf(person);
    listeners.add(listener);
    return () => {
      if (!listeners.delete(listener) || person === undefined) return;
      if (listeners.size === 0) this.#ofPerson.delete(person);
    };
  }

  /** Calls `listener` after each call and each decision, whoever made it, until the answer is called. */
  listenAtDesk(listener: Listener): () => void {
    this.#atDesk.add(listener);
    return () => void this.#atDesk.delete(listener);
  }

  /** The journal tells of another call, or there is another decision. */
  announceAtDesk(): void {
    for (const listener of this.#atDesk) listener();
  }

  announce(person: string): void {
    for (const listener of this.#ofPerson.get(person) ?? []) listener();
    for (const listener of this.#ofAll) listener();
  }

  /** Everything may have changed. */
  announceAll(): void {
    for (const listeners of this.#ofPerson.values()) for (const listener of listeners) listener();
    for (const listener of this.#ofAll) listener();
  }

  #listenersOf(person: string): Set<Listener> {
    const known = this.#ofPerson.get(person) ?? new Set<Listener>();
    this.#ofPerson.set(person, known);
    return known;
  }
}
