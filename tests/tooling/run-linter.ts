import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Report } from "./list-expected.ts";
import { WORK_TREE } from "./plant-tree.ts";

const LINTER = join(WORK_TREE, "node_modules", "oxlint", "bin", "oxlint");

/** What a tree needs beside its sources to be linted as this work tree is. */
export const LINT_FILES = [".oxlintrc.json", "tsconfig.json", "tools/lint"];

interface LintOutput {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

/** Runs the linter, with its types, on `packages` and `tests` of the tree at `root`. */
export async function runLinter(root: string): Promise<readonly Report[]> {
  const args = [LINTER, "--format=json", "packages", "tests"];
  const { diagnostics } = JSON.parse(await outputOf(args, root)) as LintOutput;
  return diagnostics.map(({ code, filename, labels }) => ({
    file: filename,
    line: labels[0]?.span.line ?? 0,
    rule: code,
  }));
}

/** The linter's exit code says that something was reported, which is no failure here. */
async function outputOf(args: readonly string[], cwd: string): Promise<string> {
  const running = promisify(execFile)(process.execPath, [...args], { cwd });
  const { stdout } = await running.catch((error: unknown) => {
    if (error instanceof Error && "stdout" in error) return { stdout: String(error.stdout) };
    throw error;
  });
  return stdout;
}
