import { ConfigError, type ConfigIssue } from "@yici/protocol";
import { WECHAT_HOSTS } from "../tls/tls-identity.ts";

/** What of a platform's options says where it is reached, and by whom. */
interface AddressOptions {
  readonly host?: string;
  readonly port?: number;
  readonly publicUrl?: string;
  readonly accessToken?: string;
}

/** Where a platform listens, checked. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const ACCESS_TOKEN = /^[\x21-\x7e]{8,}$/;

/** Throws `ConfigError` with every mistake: off loopback, above all, nobody listens without an access token. */
export function readAddress(options: AddressOptions): ListenAddress {
  const { host = "127.0.0.1", port = 0, accessToken } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : readOrigin(options.publicUrl);
  const issues = [
    ...checkAccessToken(host, accessToken),
    ...(options.publicUrl !== undefined && publicUrl === undefined ? [PUBLIC_URL_WRONG] : []),
  ];
  if (issues.length > 0) throw new ConfigError(issues);
  return { host, port, publicUrl };
}

/** The names by which a platform without a token answers: its own, and those of the hosts it stands in for. */
export function listOwnHosts({ host, publicUrl }: ListenAddress): ReadonlySet<string> {
  const own = ["localhost", "127.0.0.1", "[::1]", readableHost(host), ...WECHAT_HOSTS];
  return new Set(publicUrl === undefined ? own : [...own, new URL(publicUrl).hostname]);
}

/** A host as it stands in a URL; one that listens everywhere is reached by this machine's own. */
export function readableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

const PUBLIC_URL_WRONG: ConfigIssue = {
  name: "publicUrl",
  problem: "must be an http(s) address without a path",
};

function checkAccessToken(host: string, accessToken: string | undefined): readonly ConfigIssue[] {
  const name = "accessToken";
  if (accessToken === undefined) {
    return LOOPBACK.test(host)
      ? []
      : [{ name, problem: `must be given, because ${host} is reachable from other machines` }];
  }
  return ACCESS_TOKEN.test(accessToken)
    ? []
    : [{ name, problem: "must be 8 visible ASCII characters or more" }];
}

function readOrigin(text: string): string | undefined {
  const url = URL.parse(text);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return isWeb && url.pathname === "/" && url.search === "" ? url.origin : undefined;
}
