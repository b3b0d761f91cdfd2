import type { World } from "@yici/runtime";
import { issueSecretText } from "../ids.ts";

const SECURE_NAME = "__Host-yici_b";
const PLAIN_NAME = "yici_b";
const VALUE = /^[0-9A-Za-z]{32}$/;
/** A year; browsers keep a cookie for 400 days at most. */
const LIFE_S = 365 * 24 * 60 * 60;

/**
 * The one random cookie by which we know a browser again, read from a `Cookie` header. Under an https address only the
 * `__Host-` name counts, which no other host or plain page can have set.
 */
export function readBrowserCookie(header: string, publicUrl: string): string | undefined {
  const prefix = `${nameCookie(publicUrl)}=`;
  for (const pair of header.split(";")) {
    const trimmed = pair.trim();
    const value = trimmed.startsWith(prefix) ? trimmed.slice(prefix.length) : "";
    if (VALUE.test(value)) return value;
  }
  return undefined;
}

/** A value for a browser that has none. */
export function issueBrowserCookie(world: Pick<World, "randomBytes">): string {
  return issueSecretText(world);
}

/** The `Set-Cookie` header that gives a browser its value. */
export function buildBrowserCookie(value: string, publicUrl: string): string {
  const secure = isHttps(publicUrl) ? "; Secure" : "";
  return `${nameCookie(publicUrl)}=${value}; Path=/; Max-Age=${LIFE_S}; HttpOnly; SameSite=Lax${secure}`;
}

/** Browsers refuse the `__Host-` name over plain http, which a sandbox on loopback or `--lan` uses. */
function nameCookie(publicUrl: string): string {
  return isHttps(publicUrl) ? SECURE_NAME : PLAIN_NAME;
}

function isHttps(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}
