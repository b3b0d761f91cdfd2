import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, loadConfig, startGateway } from "@yici/gateway";
import { parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import { createDispatcher } from "@yici/runtime";
import { type PostgresServer, startPostgres } from "../postgres/start-postgres.ts";
import type { CallbackLink } from "./callback-load-side.ts";
import { readChildrenCpu } from "./children-cpu.ts";
import { known } from "./known.ts";
import type { Engine } from "./send-order.ts";
import { answerCalls, readUsage, type Usage } from "./side.ts";

/** Where people come back to. */
export interface CallbackGround {
  readonly port: number;
  readonly links: readonly CallbackLink[];
  /** The key that signs, hex. */
  readonly key: string;
}

/** What this side answers. */
export interface GatewayCallbackSide {
  /** Starts the gateway, once. */
  prepare(engine: Engine): Promise<CallbackGround>;
  /** Grants on record, as the API lists them. */
  countGrants(): Promise<{ readonly count: number }>;
  usage(): Promise<Usage & { readonly childrenCpuUs: number }>;
}

/**
 * The gateway as it is used: every commit on disk, behind a proxy that ends TLS, with every limit that production has.
 * People come by many links, from many browsers and addresses, so that the limits are asked and refuse nobody.
 */
const ACCOUNTS = 4;
const LINKS_PER_ACCOUNT = 50;
const KEY = "07".repeat(32);
const PUBLIC_URL = "https://shop.example";
const CODE_LENGTH = 4;
const TEMPLATE_ID = "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc";

const APPIDS = Array.from(
  { length: ACCOUNTS },
  (_, index) => `wx${String(index).padStart(16, "0")}`,
);

const folder = mkdtempSync(join(tmpdir(), "yici-bench-"));
const dispatcher = createDispatcher();
let server: PostgresServer | undefined;
let started: { readonly gateway: Gateway; readonly apiKey: string } | undefined;

async function prepare(engine: Engine): Promise<CallbackGround> {
  const databaseUrl = await findDatabase(engine);
  const gateway = await startGateway({
    config: loadConfig({
      env: {},
      flags: {
        databaseUrl,
        publicPort: "0",
        adminPort: "0",
        trustedProxies: "loopback",
        secretKeys: KEY,
        logLevel: "warn",
      },
    }),
  });
  started = { gateway, apiKey: await gateway.issueKey("benchmark") };
  const links = (await Promise.all(APPIDS.map(addAccount))).flat();
  return { port: Number(new URL(gateway.publicUrl).port), links, key: KEY };
}

async function findDatabase(engine: Engine): Promise<string> {
  if (engine === "sqlite") return `sqlite:${join(folder, "gateway.db")}`;
  server = await startPostgres({ isDurable: true });
  return server.url;
}

async function addAccount(appid: string): Promise<readonly CallbackLink[]> {
  await ask("POST", "/v1/accounts", {
    appid,
    name: `account ${appid}`,
    template_id: TEMPLATE_ID,
    public_url: PUBLIC_URL,
  });
  return Promise.all(
    Array.from({ length: LINKS_PER_ACCOUNT }, (_, scene) => addLink(appid, scene)),
  );
}

interface LinkJson {
  readonly id: string;
}

async function addLink(appid: string, scene: number): Promise<CallbackLink> {
  const body = { scene, title: `scene ${scene}` };
  const { id } = await ask<LinkJson>("POST", `/v1/accounts/${appid}/links`, body);
  return {
    account: {
      appid: known(parseAppId(appid)),
      // Every public id of an account begins with its code.
      code: id.slice(0, CODE_LENGTH),
      templateId: known(parseTemplateId(TEMPLATE_ID)),
      platform: { kind: "real" },
      publicUrl: PUBLIC_URL,
    },
    link: { linkId: id, scene: known(parseScene(scene)) },
  };
}

interface GrantsJson {
  readonly items: readonly unknown[];
  readonly next_after: string | null;
}

async function countGrants(): Promise<{ readonly count: number }> {
  let count = 0;
  for (const appid of APPIDS) {
    let after: string | null = "";
    while (after !== null) {
      const from: string = after === "" ? "" : `&after=${after}`;
      const page: GrantsJson = await ask("GET", `/v1/accounts/${appid}/grants?limit=200${from}`);
      count += page.items.length;
      after = page.next_after;
    }
  }
  return { count };
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const { gateway, apiKey } = known(started);
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
}

/** Of this process and of the database server that it started. */
async function readAllUsage(): ReturnType<GatewayCallbackSide["usage"]> {
  return { ...(await readUsage()), childrenCpuUs: readChildrenCpu() };
}

answerCalls<GatewayCallbackSide>({ prepare, countGrants, usage: readAllUsage }, async () => {
  await started?.gateway.stop();
  await server?.stop();
  await dispatcher.close();
  rmSync(folder, { recursive: true, force: true });
});
