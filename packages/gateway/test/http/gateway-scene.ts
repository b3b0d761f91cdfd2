import assert from "node:assert/strict";
import {
  buildCallbackLocation,
  parseAuthorizeLink,
  parseOpenId,
  parseScene,
  parseTemplateId,
} from "@yici/protocol";
import { createMovableWorld, createWorld } from "@yici/runtime";
import type { LogFields, MovableWorld, World } from "@yici/runtime";
import { loadConfig } from "../../src/config.ts";
import type { GatewayFlags } from "../../src/config.ts";
import type { Demo, Gateway, GatewayOptions } from "../../src/gateway-options.ts";
import { startGateway } from "../../src/gateway.ts";
import { startToyPlatform } from "../deliveries/toy-platform.ts";
import type { ToyPlatform } from "../deliveries/toy-platform.ts";

export const DEMO_APPID = "wxaba38c7f163da69b";
export const DEMO_TEMPLATE = "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc";
export const APP_SECRET = "canary-app-secret";

/** Narrows what a test knows to be there. */
export function known<T>(value: T | null | undefined): T {
  assert.ok(value !== undefined && value !== null);
  return value;
}

/** One HTTP answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface VisitOptions {
  readonly method?: "GET" | "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of the API: its JSON as what a test expects it to be. */
export interface ApiReply<T> extends Reply {
  readonly json: T;
}

/** One asking of one browser: where it is sent back to, and with what. */
export interface Asking {
  readonly cookie: string;
  readonly reserved: string;
  readonly redirectUrl: string;
}

/** What a person, or somebody who pretends, comes back with. `undefined` leaves a parameter out. */
export interface Comeback {
  readonly action?: "confirm" | "cancel";
  readonly openid?: string;
  readonly scene?: number;
  readonly reserved?: string;
}

/** A browser that keeps no cookies, and the person in front of it. */
export interface Visitor {
  /** Visits an address; follows nothing. */
  visit(url: string, options?: VisitOptions): Promise<Reply>;
  /** Visits and follows redirects within the gateway. */
  browse(url: string, options?: VisitOptions): Promise<Reply>;
  /** Opens a link and stops at WeChat's door. */
  enter(options: VisitOptions & { readonly entryUrl: string }): Promise<Asking>;
  /** Builds the address to which WeChat sends a person back. */
  comeBack(asking: Asking, comeback?: Comeback): string;
}

/** A gateway with the demo account, a platform to send to, a clock that can be pushed, and an API key. */
export interface GatewayScene extends AsyncDisposable, Omit<Visitor, "enter"> {
  readonly world: MovableWorld;
  readonly gateway: Gateway;
  readonly demo: Demo;
  readonly platform: ToyPlatform;
  readonly apiKey: string;
  /** Every log line so far. */
  readonly log: readonly string[];
  /** Opens the demo's link, or another, and stops at WeChat's door. */
  enter(options?: VisitOptions & { readonly entryUrl?: string }): Promise<Asking>;
  /** Lets a person confirm, in one browser, from the link to the result page. */
  confirm(openid: string): Promise<Reply>;
  api<T>(method: string, path: string, options?: ApiOptions): Promise<ApiReply<T>>;
}

/** Starts it all in memory. */
export async function openGatewayScene(
  options: { readonly flags?: GatewayFlags } & Partial<GatewayOptions> = {},
): Promise<GatewayScene> {
  const log: string[] = [];
  const world = createMovableWorld(createWorld({ log: keepLog(log) }));
  const platform = await startToyPlatform();
  const flags = { databaseUrl: "sqlite::memory:", publicPort: "0", adminPort: "0" };
  const gateway = await startGateway({
    config: loadConfig({ env: {}, flags: { ...flags, ...options.flags } }),
    world,
    demo: { apiUrl: platform.url, pageUrl: "https://confirm.test", appSecret: APP_SECRET },
    ...options,
  });
  const apiKey = await gateway.issueKey("tests", ["lend_token"]);
  const request = createRequest(world);
  const visitor = createVisitor(world, gateway.publicUrl);

  const scene: GatewayScene = {
    world,
    gateway,
    demo: known(gateway.demo),
    platform,
    apiKey,
    log,
    ...visitor,
    enter: (visit = {}) => visitor.enter({ entryUrl: scene.demo.entryUrl, ...visit }),
    async confirm(openid) {
      const asking = await scene.enter();
      const headers = { cookie: asking.cookie };
      const reply = await scene.browse(scene.comeBack(asking, { openid }), { headers });
      assert.equal(reply.status, 200);
      return reply;
    },
    async api<T>(method: string, path: string, { body, headers }: ApiOptions = {}) {
      const reply = await request(`${gateway.adminUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      return { ...reply, json: JSON.parse(reply.text) as T };
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await platform[Symbol.asyncDispose]();
      await world.dispatcher.destroy();
    },
  };
  return scene;
}

/** A visitor to one gateway. */
export function createVisitor(world: World, publicUrl: string): Visitor {
  const request = createRequest(world);
  return {
    visit: (url, visit = {}) => request(url, visit),
    async browse(url, visit = {}) {
      let reply = await request(url, visit);
      for (let hops = 0; hops < 3 && readLocation(reply).startsWith(publicUrl); hops += 1) {
        reply = await request(readLocation(reply), visit);
      }
      return reply;
    },
    async enter({ entryUrl, ...visit }) {
      const reply = await request(entryUrl, visit);
      assert.equal(reply.status, 302);
      const { reserved, redirectUrl } = parseAuthorizeLink(readLocation(reply));
      const cookie = String(reply.headers["set-cookie"] ?? visit.headers?.["cookie"]).split(";")[0];
      return {
        cookie: known(cookie),
        reserved: known(reserved),
        redirectUrl: known(redirectUrl),
      };
    },
    comeBack({ redirectUrl, reserved }, comeback = {}) {
      const { action = "confirm", openid = "oPerson1", scene = 1000 } = comeback;
      return buildCallbackLocation({
        redirectUrl,
        action,
        ...(action === "confirm" && { openid: known(parseOpenId(openid)) }),
        templateId: known(parseTemplateId(DEMO_TEMPLATE)),
        reserved: comeback.reserved ?? reserved,
        scene: known(parseScene(scene)),
      });
    },
  };
}

/** Where a redirect leads; empty when the answer is none. */
export function readLocation(reply: Reply): string {
  return String(reply.headers["location"] ?? "");
}

interface RequestParts extends Omit<VisitOptions, "method"> {
  readonly method?: string;
  readonly body?: string;
}

function createRequest(world: World) {
  return async (url: string, parts: RequestParts): Promise<Reply> => {
    const { origin, pathname, search } = new URL(url);
    const { method = "GET", headers = {}, body = null } = parts;
    const path = `${pathname}${search}`;
    const reply = await world.dispatcher.request({ origin, path, method, headers, body });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  };
}

/** A log that keeps its lines, as a real one would write them. */
export function keepLog(lines: string[]): World["log"] {
  const keep = (fields: LogFields, sentence: string): void => {
    lines.push(JSON.stringify({ sentence, ...fields }, showErrors));
  };
  return { debug: keep, info: keep, warn: keep, error: keep };
}

/** An error as a log would write it: all of it. */
function showErrors(_name: string, value: unknown): unknown {
  return value instanceof Error
    ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
    : value;
}
