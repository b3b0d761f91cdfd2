import { existsSync } from "node:fs";
import { join } from "node:path";
import { listTestNames } from "./list-test-names.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What is wrong with the name of a test, `path: group › name`, if anything is. */
export function findNameFault(named: string): string | undefined {
  const [, path = named, title = ""] = /^(\S+\.test\.ts): (.*)$/.exec(named) ?? [];
  if (!existsSync(join(ROOT, path))) return `no file ${path}`;
  const names = listTestNames(join(ROOT, path));
  const parts = title.split(" › ");
  const name = parts.at(-1) ?? "";
  const missing = parts.slice(0, -1).find((group) => !names.hasGroup(group));
  if (missing !== undefined) return `no group ${missing}`;
  return names.hasTest(name) ? undefined : `no test ${name}`;
}
