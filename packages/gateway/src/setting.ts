import { readFileSync } from "node:fs";
import type { ConfigIssue } from "@yici/protocol";

/** One thing that an operator decides. */
export interface Setting<T> {
  readonly name: string;
  /** On the command line: the name without `YICI_`, in camel case. */
  readonly flag: string;
  /** It may hold a secret, so a file may be named instead, in a variable that ends in `_FILE`. */
  readonly mayBeFile: boolean;
  /** Used when it is not given. */
  readonly fallback: T;
  readonly parse: (text: string) => Parsed<T>;
}

/** What was read of a text. */
export type Parsed<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "wrong"; readonly problem: string };

interface Given {
  /** What the operator wrote it in: a variable or a flag. */
  readonly name: string;
  readonly text: string;
}

/** Where settings come from. A flag wins over the environment. */
export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** Reads settings, and notes every mistake among the issues. */
export function createReader(
  sources: SettingSources,
  issues: ConfigIssue[],
): <T>(setting: Setting<T>) => T {
  return (setting) => {
    const given = findGiven(setting, sources, issues);
    if (given === undefined) return setting.fallback;
    const parsed = setting.parse(given.text);
    if (parsed.kind === "read") return parsed.value;
    issues.push({ name: given.name, problem: parsed.problem });
    return setting.fallback;
  };
}

function findGiven(
  { name, flag, mayBeFile }: Setting<unknown>,
  { env, flags }: SettingSources,
  issues: ConfigIssue[],
): Given | undefined {
  const flagText = flags[flag];
  if (flagText !== undefined) return { name: nameFlag(flag), text: flagText.trim() };
  const text = env[name] ?? "";
  const path = mayBeFile ? (env[`${name}_FILE`] ?? "") : "";
  if (text !== "" && path !== "") {
    issues.push({ name, problem: `given twice, here and by ${name}_FILE: remove one of them` });
  }
  if (path !== "") return readGivenFile(`${name}_FILE`, path, issues);
  return text === "" ? undefined : { name, text: text.trim() };
}

function nameFlag(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function readGivenFile(name: string, path: string, issues: ConfigIssue[]): Given | undefined {
  try {
    return { name, text: readFileSync(path, "utf8").trim() };
  } catch {
    issues.push({ name, problem: `${path} cannot be read: check the path and its permissions` });
    return undefined;
  }
}

/** The value, or what was expected instead. */
export function readOr<T>(value: T | undefined, problem: string): Parsed<T> {
  return value === undefined ? wrong(problem) : { kind: "read", value };
}

/** Says what was expected. */
export function wrong(problem: string): { readonly kind: "wrong"; readonly problem: string } {
  return { kind: "wrong", problem };
}
