import { readFileSync } from "node:fs";
import { CliError } from "./cli-error.ts";
import type { Environment } from "./config.ts";
import { cliFilePath, findCliFile } from "./dev/cli-file.ts";
import type { SharedOptions } from "./session.ts";

/** The options of a command that asks the gateway. */
export interface TargetOptions extends SharedOptions {
  readonly data?: string;
  readonly adminUrl?: string;
  readonly apiKeyFile?: string;
}

/** Which gateway to ask, and the key that it knows us by. */
export interface GatewayTarget {
  /** Without a slash at its end. */
  readonly adminUrl: string;
  readonly apiKey: string;
}

/**
 * Finds address and key: options first, then the environment, then `cli.json` of the data folder. The key of that file
 * goes to the address of that file and to no other.
 */
export function findGatewayTarget(options: TargetOptions, environment: Environment): GatewayTarget {
  const dataDir = options.data ?? environment.dataDir;
  const left = findLeftTarget(dataDir);
  const adminUrl = trimUrl(options.adminUrl ?? environment.adminUrl) ?? left?.adminUrl;
  if (adminUrl === undefined) throw unknownTarget("address", cliFilePath(dataDir));
  const given = readKey(options.apiKeyFile) ?? environment.apiKey;
  if (given !== undefined) return { adminUrl, apiKey: given };
  if (left?.adminUrl === adminUrl) return left;
  throw unknownTarget("key", cliFilePath(dataDir));
}

/** What the gateway of a data folder left there for us. */
function findLeftTarget(dataDir: string): GatewayTarget | undefined {
  const file = findCliFile(dataDir);
  const adminUrl = trimUrl(file?.adminUrl);
  return file === undefined || adminUrl === undefined
    ? undefined
    : { adminUrl, apiKey: file.apiKey };
}

function trimUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (URL.canParse(url) && /^https?:/i.test(url)) return url.replace(/\/+$/, "");
  throw new CliError({
    exit: "usage",
    code: "admin_url_invalid",
    text: {
      zh: "网关管理地址应是 http 或 https 地址，例如 http://127.0.0.1:8171。",
      en: "The admin address must be an http or https address, for example http://127.0.0.1:8171.",
    },
  });
}

function readKey(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new CliError({
      exit: "usage",
      code: "api_key_file_unreadable",
      text: { zh: `密钥文件 ${path} 读不了。`, en: `The key file ${path} cannot be read.` },
      next: { zh: "检查路径和权限。", en: "Check the path and its permissions." },
      cause: error,
    });
  }
}

function unknownTarget(missing: "address" | "key", path: string): CliError {
  const word =
    missing === "address" ? { zh: "地址", en: "address" } : { zh: "密钥", en: "API key" };
  return new CliError({
    exit: "unreachable",
    code: `gateway_${missing}_unknown`,
    text: {
      zh: `不知道网关的${word.zh}：没有给出，${path} 里也没有。`,
      en: `The gateway's ${word.en} is not known: none was given, and ${path} has none.`,
    },
    next: {
      zh: "在运行 npx yici dev 的目录里再试，或用 --data 指明数据目录，或用 --admin-url 和 --api-key-file（环境变量 YICI_ADMIN_URL、YICI_API_KEY）。",
      en: "Run this where npx yici dev runs, or name its folder with --data, or give --admin-url and --api-key-file (in the environment: YICI_ADMIN_URL, YICI_API_KEY).",
    },
  });
}
