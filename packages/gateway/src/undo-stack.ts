/** What was begun, to be undone in reverse order. */
export class UndoStack {
  readonly #steps: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;

  /** Notes how to undo what was just begun. */
  push(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Undoes everything once, also when called again. A step that fails keeps no other from running; the first failure is thrown at the end. */
  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).toReversed()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
