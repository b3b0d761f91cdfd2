import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { listSourceFiles } from "../source-files.ts";
import { BANNED_FOLDERS, BOUNDARY_RULES } from "./boundary-rules.ts";
import { findUnread } from "./find-unread.ts";
import { teachUsing } from "./teach-using.ts";

/** What was read of a work tree and what in it breaks a rule. */
export interface BoundaryJudgement {
  readonly files: readonly string[];
  /** Imports found in all files together. */
  readonly importCount: number;
  readonly violations: readonly BoundaryViolation[];
}

export interface BoundaryViolation {
  /** The name of a boundary rule, or `banned-folder`, or `unread`. */
  readonly rule: string;
  readonly from: string;
  /** What it imports; of a cycle, the whole way back. */
  readonly to: string;
}

teachUsing();

/**
 * Judges every source file below `root` by the boundary rules. A file that was not read is a violation too.
 * Throws when a file cannot be parsed.
 */
export async function judgeBoundaries(root: string): Promise<BoundaryJudgement> {
  const files = listSourceFiles(root);
  const { modules, summary } = await readModules(root, files);
  const importCounts = new Map(
    modules.map(({ source, dependencies }) => [source, dependencies.length]),
  );
  const textOf = (file: string): string => readFileSync(join(root, file), "utf8");
  return {
    files,
    importCount: files.reduce((sum, file) => sum + (importCounts.get(file) ?? 0), 0),
    violations: [
      ...findUnread(files, importCounts, textOf).map(unread),
      ...files.filter(isInBannedFolder).map(inBannedFolder),
      ...summary.violations.map(({ rule, from, to, cycle }) => ({
        rule: rule.name,
        from,
        to: cycle?.map(({ name }) => name).join(" → ") ?? to,
      })),
    ],
  };
}

async function readModules(root: string, files: readonly string[]): Promise<ICruiseResult> {
  const { output } = await cruise([...files], {
    baseDir: root,
    ruleSet: { forbidden: BOUNDARY_RULES.map((rule) => ({ ...rule, severity: "error" })) },
    validate: true,
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      conditionNames: ["@yici/source", "types", "import", "node", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".js", ".json", ".d.ts"],
    },
  });
  if (typeof output === "string") throw new TypeError("dependency-cruiser answered with a text");
  return output;
}

function unread(file: string): BoundaryViolation {
  return { rule: "unread", from: file, to: file };
}

function isInBannedFolder(file: string): boolean {
  return dirname(file)
    .split("/")
    .some((folder) => BANNED_FOLDERS.includes(folder));
}

function inBannedFolder(file: string): BoundaryViolation {
  return { rule: "banned-folder", from: file, to: dirname(file) };
}
