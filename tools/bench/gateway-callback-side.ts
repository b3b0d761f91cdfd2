import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, startGateway } from "@yici/gateway";
import { parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import { createDispatcher } from "@yici/runtime";
import type { CallbackLink } from "./callback-load-side.ts";
import { known } from "./known.ts";
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
  prepare(): Promise<CallbackGround>;
  /** Grants on record, as the API lists them. */
  countGrants(): Promise<{ readonly count: number }>;
  usage(): Promise<Usage>;
}

/**
 * The gateway as it is used: a SQLite file on disk behind a proxy that ends TLS, with every limit that production has.
 * People come by many links, from many browsers and addresses, so that the limits are asked and refuse nobody.
 */
const ACCOUNTS = 4;
const LINKS_PER_ACCOUNT = 50;
const KEY = "07".repeat(32);
const PUBLIC_URL = "https://shop.example";
const CODE_LENGTH = 4;
const TEMPLATE_ID = "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc";

const folder = mkdtempSync(join(tmpdir(), "yici-bench-"));
const dispatcher = createDispatcher();
const gateway = await startGateway({
  config: loadConfig({
    env: {},
    flags: {
      databaseUrl: `sqlite:${join(folder, "gateway.db")}`,
      publicPort: "0",
      adminPort: "0",
      trustedProxies: "loopback",
      secretKeys: KEY,
      logLevel: "warn",
    },
  }),
});
const apiKey = await gateway.issueKey("benchmark");
const appids = Array.from(
  { length: ACCOUNTS },
  (_, index) => `wx${String(index).padStart(16, "0")}`,
);
let links: readonly CallbackLink[] = [];

async function prepare(): Promise<CallbackGround> {
  if (links.length === 0) links = (await Promise.all(appids.map(addAccount))).flat();
  return {
    port: Number(new URL(gateway.publicUrl).port),
    links,
    key: KEY,
  };
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
  for (const appid of appids) {
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

answerCalls<GatewayCallbackSide>({ prepare, countGrants, usage: readUsage }, async () => {
  await gateway.stop();
  await dispatcher.close();
  rmSync(folder, { recursive: true, force: true });
});
