import { readFileSync } from "node:fs";
import { type ConfigIssue, ConfigError } from "@yici/protocol";

/** Variables by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The variables of this process. */
export const PROCESS_ENVIRONMENT: EnvironmentVariables = process.env;

/** What the environment says to the command line itself; the gateway reads its own part. */
export interface Environment {
  /** Where `yici dev` keeps everything, and where `cli.json` is looked for. */
  readonly dataDir: string;
  /** Address of the gateway's admin listener. */
  readonly adminUrl: string | undefined;
  /** The API key; a secret. */
  readonly apiKey: string | undefined;
  readonly platformPort: number;
  /** Whether this process was started by an npm script or by `npx`. */
  readonly isRunByNpm: boolean;
}

/** Reads `YICI_DATA_DIR`, `YICI_ADMIN_URL`, `YICI_API_KEY` (or `…_FILE`) and `YICI_PLATFORM_PORT`. */
export function readEnvironment(env: EnvironmentVariables): Environment {
  const issues: ConfigIssue[] = [];
  const environment: Environment = {
    dataDir: given(env["YICI_DATA_DIR"]) ?? "data",
    adminUrl: readUrl(given(env["YICI_ADMIN_URL"]), issues),
    apiKey: given(env["YICI_API_KEY"]) ?? readKeyFile(given(env["YICI_API_KEY_FILE"]), issues),
    platformPort: readPort(given(env["YICI_PLATFORM_PORT"]), issues),
    isRunByNpm: given(env["npm_command"]) !== undefined,
  };
  if (issues.length > 0) throw new ConfigError(issues);
  return Object.freeze(environment);
}

const PLATFORM_PORT = 8180;

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function readUrl(text: string | undefined, issues: ConfigIssue[]): string | undefined {
  if (text === undefined || (URL.canParse(text) && /^https?:/i.test(text))) return text;
  issues.push({
    name: "YICI_ADMIN_URL",
    problem: "expected an http or https address, for example http://127.0.0.1:8171",
  });
  return undefined;
}

function readKeyFile(path: string | undefined, issues: ConfigIssue[]): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    issues.push({
      name: "YICI_API_KEY_FILE",
      problem: `${path} cannot be read: check the path and its permissions`,
    });
    return undefined;
  }
}

function readPort(text: string | undefined, issues: ConfigIssue[]): number {
  if (text === undefined) return PLATFORM_PORT;
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  issues.push({
    name: "YICI_PLATFORM_PORT",
    problem: "expected a port from 0 to 65535 (0 picks a free one)",
  });
  return PLATFORM_PORT;
}
