import { readFileSync } from "node:fs";
import { CliError } from "./cli-error.ts";

/** A secret out of a file, so that no list of processes shows it, without the line break at its end. */
export function readSecretFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new CliError({
      exit: "usage",
      code: "file_unreadable",
      text: { zh: `文件 ${path} 读不了。`, en: `The file ${path} cannot be read.` },
      next: { zh: "检查路径和权限。", en: "Check the path and its permissions." },
      cause: error,
    });
  }
}
