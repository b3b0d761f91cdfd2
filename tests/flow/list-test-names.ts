import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The names that a test file gives to its tests and to the groups they stand in. */
export interface TestNames {
  /** Whether a test is called so. */
  hasTest(name: string): boolean;
  /** Whether a group is called so. */
  hasGroup(name: string): boolean;
}

/**
 * Reads the names out of a file's source. A name that is put together in a loop, from a table or from a file of
 * vectors, is one when its fixed parts fit and what stands in between stands in that table or file.
 */
export function listTestNames(path: string): TestNames {
  const source = readFileSync(path, "utf8");
  const words = [source, ...readVectors(path, source)].join("\n");
  const tests = listFirstArguments(source, "test");
  const groups = listFirstArguments(source, "describe");
  return {
    hasTest: (name) => tests.some((argument) => isCalled(argument, name, words)),
    hasGroup: (name) => groups.some((argument) => isCalled(argument, name, words)),
  };
}

/** What the calls of a function are given first: a text in quotes, a template, or a variable. */
function listFirstArguments(source: string, callee: string): readonly string[] {
  const call = new RegExp(
    `(?<![.\\w])${callee}\\(\\s*("(?:[^"\\\\]|\\\\.)*"|\`[^\`]*\`|[\\w.]+)`,
    "g",
  );
  return [...source.matchAll(call)].map(([, argument = ""]) => argument);
}

function isCalled(argument: string, name: string, words: string): boolean {
  if (argument.startsWith('"')) return JSON.parse(argument) === name;
  const template = argument.startsWith("`") ? argument.slice(1, -1) : "${}";
  const fixed = template.split(/\$\{[^}]*\}/).map((part) => RegExp.escape(part));
  const match = new RegExp(`^${fixed.join("(.+)")}$`).exec(name);
  return match?.slice(1).every((part) => words.includes(part)) === true;
}

/** The files of JSON that a test file imports. */
function readVectors(path: string, source: string): readonly string[] {
  const imports = source.matchAll(/from "(\.[^"]+\.json)"/g);
  return [...imports].map(([, file = ""]) => readFileSync(join(dirname(path), file), "utf8"));
}
