import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, type GatewayFlags, loadConfig, startGateway } from "@yici/gateway";
import { createDispatcher } from "@yici/runtime";
import { startPostgres } from "../postgres/start-postgres.ts";
import type { Engine } from "./send-order.ts";

/** A whole gateway as it is used: both listeners, every commit on disk. */
export interface StartedGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly apiKey: string;
  /** Calls its API. Throws when the answer is no success. */
  ask<T>(method: string, path: string, body?: object): Promise<T>;
}

/** The key that it signs with, hex. */
export const SECRET_KEY = "07".repeat(32);

/** Starts a gateway on a database of its own, on free ports. */
export async function openStartedGateway(
  engine: Engine,
  flags: GatewayFlags = {},
): Promise<StartedGateway> {
  const stack = new AsyncDisposableStack();
  const databaseUrl = await makeDatabase(engine, stack);
  const own = { databaseUrl, publicPort: "0", adminPort: "0", secretKeys: SECRET_KEY };
  const gateway = await startGateway({
    config: loadConfig({ env: {}, flags: { ...own, logLevel: "warn", ...flags } }),
  });
  stack.defer(() => gateway.stop());
  const apiKey = await gateway.issueKey("benchmark");
  const dispatcher = createDispatcher();
  stack.defer(() => dispatcher.close());
  return {
    gateway,
    apiKey,
    async ask<T>(method: string, path: string, body?: object) {
      const reply = await dispatcher.request({
        origin: gateway.adminUrl,
        path,
        method,
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await reply.body.text();
      if (reply.statusCode >= 300) throw new Error(`${method} ${path} was answered ${text}`);
      return JSON.parse(text) as T;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function makeDatabase(engine: Engine, stack: AsyncDisposableStack): Promise<string> {
  if (engine === "postgres") {
    const server = await startPostgres({ isDurable: true });
    stack.defer(() => server.stop());
    return server.url;
  }
  const folder = mkdtempSync(join(tmpdir(), "yici-bench-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, "gateway.db")}`;
}
