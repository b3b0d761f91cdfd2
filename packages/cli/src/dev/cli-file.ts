import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a running gateway leaves for the command line, in `cli.json`. Holds secrets: readable by its owner only. */
export interface CliFile {
  readonly adminUrl: string;
  readonly apiKey: string;
  /** Of `yici dev`: the platform beside the gateway. */
  readonly platformUrl?: string | undefined;
  /** Of `yici dev --lan`: opens the phone and the control API. */
  readonly platformToken?: string | undefined;
}

/** Where the file is in a data folder. */
export function cliFilePath(dataDir: string): string {
  return join(dataDir, "cli.json");
}

/** Makes the data folder, for its owner only, when it is not there. */
export function ensureDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
}

/** Replaces the file in one step, so that no reader finds half of it. */
export function writeCliFile(dataDir: string, file: CliFile): void {
  const path = cliFilePath(dataDir);
  const draft = `${path}.new`;
  const text = JSON.stringify({
    admin_url: file.adminUrl,
    api_key: file.apiKey,
    platform_url: file.platformUrl,
    platform_token: file.platformToken,
  });
  writeFileSync(draft, `${text}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** The file of a data folder; `undefined` when there is none, or none that we wrote. */
export function findCliFile(dataDir: string): CliFile | undefined {
  const fields = readFields(cliFilePath(dataDir));
  const adminUrl = fields.get("admin_url");
  const apiKey = fields.get("api_key");
  if (adminUrl === undefined || apiKey === undefined) return undefined;
  return {
    adminUrl,
    apiKey,
    platformUrl: fields.get("platform_url"),
    platformToken: fields.get("platform_token"),
  };
}

function readFields(path: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return new Map(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return new Map();
  }
}
