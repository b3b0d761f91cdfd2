import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { DEMO_ACCOUNT } from "@yici/platform";
import { createDispatcher, type World } from "@yici/runtime";
import { must } from "../flow/must.ts";
import type { GatewayAddress, GatewayOrder } from "./gateway-process.ts";

const ENTRY = fileURLToPath(new URL("gateway-process.ts", import.meta.url));

/** One call over HTTP. */
export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What it was answered, its JSON, if it is any, as what the test expects it to be. */
export interface Reply<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: T;
}

/** A gateway in a process of its own. What it complains of is the test's own output. */
export class GatewayChild {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #gone: Promise<unknown>;
  readonly #dispatcher: World["dispatcher"] = createDispatcher();
  #address: GatewayAddress | undefined;
  #isDead = false;

  /** Gets a process ready, which does nothing yet. `cacheDir` keeps what Node has compiled. */
  constructor(cacheDir: string) {
    const flags = ["--conditions=@yici/source", "--disable-warning=ExperimentalWarning"];
    this.#process = spawn(process.execPath, [...flags, ENTRY], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { NODE_COMPILE_CACHE: cacheDir },
    });
    this.#gone = once(this.#process, "exit");
  }

  /** Resolves when it listens; throws when it ends before. */
  async start(order: GatewayOrder): Promise<void> {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    const line = await Promise.race([readLine(this.#process.stdout), this.#gone]);
    assert.ok(typeof line === "string", "the gateway ended before it listened");
    this.#address = JSON.parse(line) as GatewayAddress;
  }

  /** Whether its end has begun: what it is asked then may find nobody. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** Stops it in its tracks: it does not hear what it is told any more, and takes no notice of it. */
  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  /** Kills it the hard way; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#process.kill("SIGKILL");
    await this.#gone;
    await this.#dispatcher.destroy();
  }

  /** Calls its API; the path begins after the demo account's. Rejects as `ask` does. */
  api<T>(method: string, path: string, call: Call = {}): Promise<Reply<T>> {
    const { adminUrl, apiKey } = must(this.#address);
    return this.ask(method, `${adminUrl}/v1/accounts/${DEMO_ACCOUNT.appid}${path}`, {
      ...call,
      headers: { authorization: `Bearer ${apiKey}`, ...call.headers },
    });
  }

  /** Asks an address of it; rejects when it died before it answered. */
  async ask<T>(method: string, url: string, { headers, body }: Call = {}): Promise<Reply<T>> {
    const { origin, pathname, search } = new URL(url);
    const reply = await this.#dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await reply.body.text();
    const json = text.startsWith("{") ? (JSON.parse(text) as T) : (undefined as T);
    return { status: reply.statusCode, headers: reply.headers, text, json };
  }
}

async function readLine(stream: Readable): Promise<string> {
  let text = "";
  stream.setEncoding("utf8");
  while (!text.includes("\n")) {
    const [chunk] = (await once(stream, "data")) as [string];
    text += chunk;
  }
  return text;
}
