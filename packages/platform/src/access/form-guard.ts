import { createHmac, timingSafeEqual } from "node:crypto";
import type { World } from "@yici/runtime";
import type { FastifyReply, FastifyRequest } from "fastify";
import { buildCookie, type CookieOptions, readCookie } from "../http/cookies.ts";

/** A random name for a browser, to which its form tokens are bound. */
const BROWSER_COOKIE = "yici_browser";

const BROWSER_BYTES = 16;

/** Knows the forms this platform gave to a browser from forms another site made up. */
export class FormGuard {
  readonly #key: Buffer;
  readonly #world: Pick<World, "randomBytes">;
  readonly #cookie: CookieOptions;

  constructor(key: Buffer, world: Pick<World, "randomBytes">, cookie: CookieOptions) {
    this.#key = key;
    this.#world = world;
    this.#cookie = cookie;
  }

  /** The token to put into a form for this purpose; a browser that has no name yet is given one. */
  issue(purpose: string, request: FastifyRequest, reply: FastifyReply): string {
    const name = findBrowser(request) ?? this.#nameBrowser(reply);
    return this.#sign(purpose, name).toString("base64url");
  }

  /** Whether a posted token is one that this browser was given for this purpose. */
  recognizes(purpose: string, request: FastifyRequest, token: string | null): boolean {
    const name = findBrowser(request);
    if (name === undefined || token === null) return false;
    const given = Buffer.from(token, "base64url");
    const expected = this.#sign(purpose, name);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #nameBrowser(reply: FastifyReply): string {
    const name = this.#world.randomBytes(BROWSER_BYTES).toString("base64url");
    void reply.header("set-cookie", buildCookie(BROWSER_COOKIE, name, this.#cookie));
    return name;
  }

  #sign(purpose: string, name: string): Buffer {
    return createHmac("sha256", this.#key).update(`form\0${purpose}\0${name}`).digest();
  }
}

function findBrowser(request: FastifyRequest): string | undefined {
  const name = readCookie(request.headers.cookie, BROWSER_COOKIE);
  return name === "" ? undefined : name;
}
