import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listSourceFiles } from "./source-files.ts";

/** A place where a source file asks a tool to look away. */
export interface Directive {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Written so that this file does not find itself. */
const DIRECTIVE = new RegExp(
  [
    String.raw`\b(?:ox|es)lint-(?:disable|enable)`,
    String.raw`@ts-(?:ignore|nocheck)\b`,
    String.raw`\b(?:test|it|describe|suite)[.](?:only|skip|todo)\b`,
  ].join("|"),
  "u",
);

/** Every directive in the sources of the work tree at `root`. A rule that is wrong is changed for everybody instead. */
export function findDirectives(root: string): readonly Directive[] {
  return listSourceFiles(root).flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((text, index) =>
        DIRECTIVE.test(text) ? [{ file, line: index + 1, text: text.trim() }] : [],
      ),
  );
}
