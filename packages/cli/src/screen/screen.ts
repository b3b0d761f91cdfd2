import type { BilingualText } from "@yici/protocol";

/** Where text goes. `process.stdout` and `process.stderr` are such. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Whether it shows colours; asked only of a terminal. */
  hasColors?(): boolean;
}

/**
 * How one command speaks. For people: text on standard output, progress and errors on standard error. For machines
 * (`--json`): exactly one line of JSON on standard output, the answer or `{"error":…}`, and no progress.
 */
export class Screen {
  readonly isJson: boolean;
  /** Whether colours may be used on standard output. */
  readonly isColored: boolean;
  readonly #stdout: Output;
  readonly #stderr: Output;

  constructor(parts: {
    readonly stdout: Output;
    readonly stderr: Output;
    readonly isJson: boolean;
  }) {
    this.isJson = parts.isJson;
    this.#stdout = parts.stdout;
    this.#stderr = parts.stderr;
    this.isColored = parts.stdout.isTTY === true && parts.stdout.hasColors?.() === true;
  }

  /** The command's answer: `value` for machines, `text` for people. */
  answer(value: unknown, text: string): void {
    this.#stdout.write(`${this.isJson ? JSON.stringify(value) : text}\n`);
  }

  /** Progress, for people. */
  note(text: BilingualText): void {
    if (!this.isJson) this.#stderr.write(`${text.zh}\n${text.en}\n`);
  }

  /** More of a long-running command's story, for people. */
  print(text: string): void {
    if (!this.isJson) this.#stdout.write(`${text}\n`);
  }

  /** What went wrong: `value` for machines, `text` for people. */
  complain(value: unknown, text: string): void {
    if (this.isJson) this.#stdout.write(`${JSON.stringify({ error: value })}\n`);
    else this.#stderr.write(`${text}\n`);
  }
}
