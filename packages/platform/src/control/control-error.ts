import { type BilingualText, YiciError } from "@yici/protocol";

/** Why the control API did not do what it was asked. */
export type ControlErrorCode = "invalid_request" | "not_found" | "conflict";

/** One thing wrong with what was asked. */
export interface ControlIssue {
  /** Where, as a JSON pointer: `/name`; empty for the whole. */
  readonly path: string;
  /** The control API tells it in English, the console in both. */
  readonly problem: BilingualText;
}

/** The control API was asked for something it cannot do. Nothing was changed. */
export class ControlError extends YiciError {
  readonly code: ControlErrorCode;
  readonly issues: readonly ControlIssue[];

  constructor(code: ControlErrorCode, message: string, issues: readonly ControlIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}
