import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listSourceFiles } from "../../tools/source-files.ts";

/** One report of a tool: where, and by which rule. */
export interface Report {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

const EXPECTATION = /^(?<before>.*)\/\/ expect: (?<rules>.*)$/u;

/**
 * The reports that the planted files below `root` ask for. `// expect: RULE, RULE ×2` stands at the end of the line
 * that must be reported, or alone on the line above it.
 */
export function listExpected(root: string): readonly Report[] {
  return listSourceFiles(root).flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((text, index) => parseExpectation(text, index + 1))
      .map(({ line, rule }) => ({ file, line, rule })),
  );
}

function parseExpectation(text: string, line: number): readonly Omit<Report, "file">[] {
  const { before = "", rules = "" } = EXPECTATION.exec(text)?.groups ?? {};
  const expectedLine = before.trim() === "" ? line + 1 : line;
  return rules
    .split(", ")
    .filter((rule) => rule !== "")
    .flatMap((entry) => {
      const [rule = "", count = "1"] = entry.split(" ×");
      return Array.from({ length: Number(count) }, () => ({ line: expectedLine, rule }));
    });
}

/** Reports as sorted lines of text, so that two lists compare well and differ readably. */
export function sortReports(reports: readonly Report[]): readonly string[] {
  return reports.map(({ file, line, rule }) => `${file}:${line} ${rule}`).toSorted();
}
