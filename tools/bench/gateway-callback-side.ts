import { parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import type { CallbackLink } from "./callback-load-side.ts";
import { readChildrenCpu } from "./children-cpu.ts";
import { known } from "./known.ts";
import type { Engine } from "./send-order.ts";
import { answerCalls, readUsage, type Usage } from "./side.ts";
import { openStartedGateway, SECRET_KEY, type StartedGateway } from "./started-gateway.ts";

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
const PUBLIC_URL = "https://shop.example";
const CODE_LENGTH = 4;
const TEMPLATE_ID = "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc";

const APPIDS = Array.from(
  { length: ACCOUNTS },
  (_, index) => `wx${String(index).padStart(16, "0")}`,
);

let started: StartedGateway | undefined;

async function prepare(engine: Engine): Promise<CallbackGround> {
  started = await openStartedGateway(engine, { trustedProxies: "loopback" });
  const links = (await Promise.all(APPIDS.map(addAccount))).flat();
  return { port: Number(new URL(started.gateway.publicUrl).port), links, key: SECRET_KEY };
}

async function addAccount(appid: string): Promise<readonly CallbackLink[]> {
  await known(started).ask("POST", "/v1/accounts", {
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
  const { id } = await known(started).ask<LinkJson>("POST", `/v1/accounts/${appid}/links`, body);
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
      const page: GrantsJson = await known(started).ask(
        "GET",
        `/v1/accounts/${appid}/grants?limit=200${from}`,
      );
      count += page.items.length;
      after = page.next_after;
    }
  }
  return { count };
}

/** Of this process and of the database server that it started. */
async function readAllUsage(): ReturnType<GatewayCallbackSide["usage"]> {
  return { ...(await readUsage()), childrenCpuUs: readChildrenCpu() };
}

answerCalls<GatewayCallbackSide>({ prepare, countGrants, usage: readAllUsage }, async () =>
  started?.[Symbol.asyncDispose](),
);
