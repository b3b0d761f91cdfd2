import type { BilingualText } from "@yici/protocol";
import type { Exit } from "./exit.ts";

interface CliErrorParts {
  readonly exit: Exit;
  /** A stable word for machines. */
  readonly code: string;
  /** What happened and what was expected. */
  readonly text: BilingualText;
  /** What to do about it. */
  readonly next?: BilingualText | undefined;
  /** What the gateway answered, shown with `--json`. */
  readonly problem?: unknown;
  readonly cause?: unknown;
}

/** A command could not do what it was asked; says so to people and to machines. */
export class CliError extends Error {
  readonly exit: Exit;
  readonly code: string;
  readonly text: BilingualText;
  readonly next: BilingualText | undefined;
  readonly problem: unknown;

  constructor(parts: CliErrorParts) {
    super(parts.text.en, { cause: parts.cause });
    this.name = "CliError";
    this.exit = parts.exit;
    this.code = parts.code;
    this.text = parts.text;
    this.next = parts.next;
    this.problem = parts.problem;
  }
}
