import type { BilingualText } from "@yici/protocol";
import { PROBLEMS } from "./problem-table.ts";
import type { ProblemCode } from "./problem-table.ts";

/** One mistake in a request. `path` leads from the body, query or path to the field. */
export interface RequestIssue {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: BilingualText;
  readonly limit?: number;
  readonly actual?: number;
}

/** What a problem says beyond its code. Nothing secret: it is shown to the caller and may end in a log. */
export interface ProblemFacts {
  readonly detail: BilingualText;
  readonly issues?: readonly RequestIssue[];
  /** Members of this problem alone, in the spelling of the wire. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A request that is answered with a problem. Thrown by handlers, turned into an answer in one place. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;

  constructor(code: ProblemCode, facts: ProblemFacts) {
    super(facts.detail.en);
    this.name = "ProblemError";
    this.code = code;
    this.facts = facts;
  }
}

/** The media type of every problem (RFC 9457). */
export const PROBLEM_CONTENT_TYPE = "application/problem+json; charset=utf-8";

/** The status of a problem's answer. */
export function statusOfProblem(code: ProblemCode): number {
  return PROBLEMS[code].status;
}

/** A problem as the wire shows it (RFC 9457), `detail` and `title` in English and, beside them, in Chinese. */
export function buildProblem(
  code: ProblemCode,
  { detail, issues, members }: ProblemFacts,
): Readonly<Record<string, unknown>> {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:yici:problem:${code}`,
    title: title.en,
    title_zh: title.zh,
    status,
    code,
    detail: detail.en,
    detail_zh: detail.zh,
    ...(issues !== undefined && { issues }),
    ...members,
  };
}

/** The problem of a request whose content is wrong, with every mistake. */
export function refuseContent(issues: readonly RequestIssue[]): ProblemError {
  const detail = {
    zh: issues.map((issue) => issue.message.zh).join("；"),
    en: issues.map((issue) => issue.message.en).join("; "),
  };
  return new ProblemError("invalid_request", { detail, issues });
}
