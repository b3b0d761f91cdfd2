import { globSync } from "node:fs";
import { sep } from "node:path";

const EXTENSIONS = "{ts,mts,cts,js,mjs,cjs}";
const SOURCES = [
  `packages/*/{src,test,bin}/**/*.${EXTENSIONS}`,
  `{tests,tools,examples}/**/*.${EXTENSIONS}`,
];
const NOT_SOURCES = ["**/node_modules", "**/dist", "tests/tooling/planted"];

/** Every source file of the work tree at `root`, sorted; paths are relative to it and separated by `/`. */
export function listSourceFiles(root: string): readonly string[] {
  return globSync(SOURCES, { cwd: root, exclude: NOT_SOURCES })
    .map((path) => path.replaceAll(sep, "/"))
    .toSorted();
}
