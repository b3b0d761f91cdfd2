import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "@yici/runtime";
import { type Certified, issueAuthority, issueForHosts, readEnd } from "./certificates.ts";
import { CA_FILE, type TlsIdentity, WECHAT_HOSTS } from "./tls-identity.ts";

export interface TlsOptions {
  /** Where the certificate authority is kept, so that it need be trusted only once. Default: one for this start alone. */
  readonly folder?: string;
}

/**
 * What a platform shows on https: a fresh certificate for this machine, WeChat's hosts and `hosts`, issued by an authority
 * of its own. Key and authority are for tests: whoever has the folder can pass for any host with those who trust it.
 */
export function openTls(
  { folder }: TlsOptions,
  hosts: readonly string[],
  world: Pick<World, "now" | "randomBytes">,
): TlsIdentity {
  const authority = folder === undefined ? issueAuthority(world) : keepAuthority(folder, world);
  const names = new Set([...OWN_HOSTS, ...WECHAT_HOSTS, ...hosts]);
  const { cert, key } = issueForHosts(authority, [...names], world);
  return { key, cert, caCertificate: authority.cert };
}

const OWN_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "::1"];
const KEY_FILE = "ca-key.pem";
/** One that ends sooner is replaced, before a long run of tests meets its end. */
const LEFT_MIN_MS = 30 * 86_400_000;

function keepAuthority(folder: string, world: Pick<World, "now" | "randomBytes">): Certified {
  const [certPath, keyPath] = [join(folder, CA_FILE), join(folder, KEY_FILE)];
  if (existsSync(certPath) && existsSync(keyPath)) {
    const known = { cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") };
    if (readEnd(known.cert) - world.now() > LEFT_MIN_MS) return known;
  }
  const fresh = issueAuthority(world);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [path, text] of [
    [certPath, fresh.cert],
    [keyPath, fresh.key],
  ] as const) {
    writeFileSync(path, text, { mode: 0o600 });
    chmodSync(path, 0o600);
  }
  return fresh;
}
