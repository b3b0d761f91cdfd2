import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { readCookie } from "../http/cookies.ts";

/** Shows that a browser has given the access token once. */
export const ACCESS_COOKIE = "yici_access";

/** Who may see phones, be somebody and use the control API: everybody, or whoever has the access token. */
export class AccessGate {
  readonly #digest: Buffer | undefined;

  constructor(accessToken: string | undefined) {
    this.#digest = accessToken === undefined ? undefined : digest(accessToken);
  }

  /** Whether there is no token to have. */
  get isOpenToAll(): boolean {
    return this.#digest === undefined;
  }

  /** Whether a request brings the token as a bearer, or the cookie of a browser that has given it. */
  admits(headers: IncomingHttpHeaders): boolean {
    if (this.#digest === undefined) return true;
    const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    if (bearer !== undefined) return this.isToken(bearer);
    const cookie = Buffer.from(readCookie(headers.cookie, ACCESS_COOKIE) ?? "", "base64url");
    return isEqual(cookie, digest(this.#digest));
  }

  /** Whether this is the token. */
  isToken(candidate: string): boolean {
    return this.#digest !== undefined && isEqual(digest(candidate), this.#digest);
  }

  /** The value of a cookie that proves the token and does not tell it. */
  get cookieValue(): string {
    return this.#digest === undefined ? "" : digest(this.#digest).toString("base64url");
  }
}

function digest(text: string | Buffer): Buffer {
  return createHash("sha256").update("yici platform access\0").update(text).digest();
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
