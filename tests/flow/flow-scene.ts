import assert from "node:assert/strict";
import { join } from "node:path";
import { type Gateway, loadConfig, startGateway } from "@yici/gateway";
import { DEMO_ACCOUNT, type Platform, startPlatform } from "@yici/platform";
import { createDispatcher, createWorld, type World } from "@yici/runtime";
import { BrowserSession, type Page, readHeader } from "./browser-session.ts";
import { Cable } from "./cable.ts";
import { type ClockedWorld, createClockedWorld } from "./clocked-world.ts";
import { createCollectingLog } from "./collecting-log.ts";
import type {
  DecisionJson,
  GrantJson,
  InboxMessageJson,
  LinkJson,
  ListJson,
  MessageJson,
  PersonJson,
  SlotJson,
} from "./flow-json.ts";
import { must } from "./must.ts";

export const APPID = DEMO_ACCOUNT.appid;
/** The scene of the demo's own link. */
export const SCENE = 1000;

/** Longer than anything here takes; nothing waits for it to pass. */
const WAIT_MS = 30_000;

/** One answer of an API, its JSON as what the test expects it to be. */
export interface ApiReply<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: T;
}

/** One call of an API. */
export interface ApiCall {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is sent, where it differs from the usual. */
export interface Sending extends Readonly<Record<string, unknown>> {
  readonly person?: string;
  readonly scene?: number;
}

/** How somebody answers a link. */
export interface Confirming {
  readonly person?: string;
  readonly scene?: number;
  /** Default: a new one, which nobody has used before. */
  readonly browser?: BrowserSession;
  readonly action?: "confirm" | "cancel";
}

/**
 * Both sides of the capability, started for one test on free ports, with a hand on the gateway's clock and on the
 * cable between the two. All that is asked of them is asked over HTTP.
 */
export interface FlowScene extends AsyncDisposable {
  readonly platform: Platform;
  readonly gateway: Gateway;
  /** The gateway's; the platform has its own, moved by its control API. */
  readonly world: ClockedWorld;
  readonly cable: Cable;
  /** Every line that the gateway and the platform have logged. */
  readonly log: readonly string[];
  readonly apiKey: string;
  /** A browser that nobody has used yet. */
  openBrowser(headers?: Readonly<Record<string, string>>): BrowserSession;
  /** Any call, of anybody. */
  ask<T>(method: string, url: string, call?: ApiCall): Promise<ApiReply<T>>;
  /** A call of the gateway's API; the path begins after `/v1`. */
  api<T>(method: string, path: string, call?: ApiCall): Promise<ApiReply<T>>;
  /** As `api`, under the demo account. */
  account<T>(method: string, path: string, call?: ApiCall): Promise<ApiReply<T>>;
  /** A call of the platform's control API; it must succeed. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  openidOf(person: string): Promise<string>;
  /** Where people enter who are asked for a message of a scene; made if there is none yet. */
  entryOf(scene: number): Promise<string>;
  /** Opens a link's entry and stops at WeChat's door: the authorize link. */
  enter(browser: BrowserSession, scene?: number): Promise<string>;
  /** Where the platform sends a person back to who answers an authorize link. */
  decide(authorizeLink: string, confirming?: Confirming): Promise<string>;
  /** Lets a person answer a link, from its entry to the result page. */
  confirm(confirming?: Confirming): Promise<Page>;
  /** Asks the gateway to send, and waits for the end. */
  send<T = MessageJson>(sending?: Sending, call?: ApiCall): Promise<ApiReply<T>>;
  /** As `send`, without waiting. */
  accept<T = MessageJson>(sending?: Sending, call?: ApiCall): Promise<ApiReply<T>>;
  findMessage(id: string): Promise<MessageJson>;
  /** Resolves when a message has come to a state. */
  reached(id: string, state: string): Promise<MessageJson>;
  /** Resolves when `isSo` answers true; it is asked again and again. */
  until(isSo: () => Promise<boolean>): Promise<void>;
  findSlot(person?: string, scene?: number): Promise<SlotJson>;
  listGrants(): Promise<readonly GrantJson[]>;
  /** What is on a phone; `count` messages are waited for. */
  inbox(person?: string, count?: number): Promise<readonly InboxMessageJson[]>;
  /** Stops both sides in good order. */
  stop(): Promise<void>;
}

/** What both sides are started on. */
export interface FlowOptions {
  /** Holds the files of both. Default: all is kept in memory. */
  readonly folder?: string;
  /** A key that was issued on an earlier start. Default: a new one. */
  readonly apiKey?: string;
}

/** Starts both sides. */
export async function openFlow({ folder, apiKey: knownKey }: FlowOptions = {}): Promise<FlowScene> {
  const log: string[] = [];
  const visitors = createDispatcher();
  const cable = new Cable();
  const base = createWorld({ log: createCollectingLog(log), dispatcher: cable.dispatcher });
  const world = createClockedWorld(base);
  const place = (name: string) => (folder === undefined ? ":memory:" : join(folder, name));
  const platform = await startPlatform({ demo: true, world: base, database: place("platform.db") });
  const gateway = await startGateway({
    world,
    config: loadConfig({
      env: {},
      flags: { databaseUrl: `sqlite:${place("yici.db")}`, publicPort: "0", adminPort: "0" },
    }),
    demo: { apiUrl: platform.url, pageUrl: platform.url, appSecret: DEMO_ACCOUNT.secret },
  });
  const apiKey = knownKey ?? (await gateway.issueKey("flow"));
  const ask = createAsker(visitors);

  const scene: FlowScene = {
    platform,
    gateway,
    world,
    cable,
    log,
    apiKey,
    ask,
    openBrowser: (headers) => new BrowserSession(visitors, headers),
    api: (method, path, call = {}) =>
      ask(method, `${gateway.adminUrl}/v1${path}`, {
        ...call,
        headers: { authorization: `Bearer ${apiKey}`, ...call.headers },
      }),
    account: (method, path, call) => scene.api(method, `/accounts/${APPID}${path}`, call),
    async control<T>(method: string, path: string, body?: unknown) {
      const reply = await ask<T>(method, `${platform.url}/control/v1${path}`, { body });
      assert.ok(reply.status < 300, reply.text);
      return reply.json;
    },
    async openidOf(person) {
      const { items } = await scene.control<ListJson<PersonJson>>("GET", "/people");
      return must(items.find(({ id }) => id === person)?.openids[APPID]);
    },
    async entryOf(number) {
      const { items } = (await scene.account<ListJson<LinkJson>>("GET", "/links")).json;
      const found = items.find((link) => link.scene === number);
      if (found !== undefined) return found.entry_url;
      const body = { scene: number, title: `scene ${number}` };
      return (await scene.account<LinkJson>("POST", "/links", { body })).json.entry_url;
    },
    async enter(browser, number = SCENE) {
      const page = await browser.open(await scene.entryOf(number));
      return must(readHeader(must(page.hops[0]), "location"));
    },
    async decide(authorizeLink, { person = "zhang", action = "confirm" } = {}) {
      const body = { authorize_link: authorizeLink, person, action };
      const decision = await scene.control<DecisionJson>("POST", "/decisions", body);
      assert.equal(decision.kind, "redirected", JSON.stringify(decision));
      return decision.location;
    },
    async confirm(confirming = {}) {
      const browser = confirming.browser ?? scene.openBrowser();
      const link = await scene.enter(browser, confirming.scene);
      const page = await browser.open(await scene.decide(link, confirming));
      assert.equal(page.status, 200, page.text);
      return page;
    },
    accept: (sending, call) => post("/messages", sending, call),
    send: (sending, call) => post(`/messages?wait_ms=${WAIT_MS}`, sending, call),
    findMessage: async (id) => (await scene.account<MessageJson>("GET", `/messages/${id}`)).json,
    async reached(id, state) {
      await scene.until(async () => (await scene.findMessage(id)).state === state);
      return scene.findMessage(id);
    },
    async until(isSo) {
      const giveUpAt = base.monotonic() + WAIT_MS;
      while (!(await isSo())) {
        assert.ok(base.monotonic() < giveUpAt, "it never came to be so");
        await new Promise<void>((resolve) => base.defer(resolve));
      }
    },
    async findSlot(person = "zhang", number = SCENE) {
      const path = `/slots/${await scene.openidOf(person)}/${number}`;
      return (await scene.account<SlotJson>("GET", path)).json;
    },
    listGrants: async () => (await scene.account<ListJson<GrantJson>>("GET", "/grants")).json.items,
    async inbox(person = "zhang", count = 0) {
      const messages: InboxMessageJson[] = [...(await listInbox(person, 0, 0))];
      while (messages.length < count) {
        const more = await listInbox(person, messages.at(-1)?.id ?? 0, WAIT_MS);
        assert.ok(more.length > 0, "no message came");
        messages.push(...more);
      }
      return messages;
    },
    async stop() {
      await gateway.stop();
      await platform.stop();
    },
    async [Symbol.asyncDispose]() {
      await cable.close();
      await scene.stop();
      await visitors.destroy();
    },
  };

  async function listInbox(
    person: string,
    after: number,
    waitMs: number,
  ): Promise<readonly InboxMessageJson[]> {
    const path = `/inbox?person=${person}&after=${after}&wait_ms=${waitMs}`;
    return (await scene.control<ListJson<InboxMessageJson>>("GET", path)).items;
  }

  async function post<T>(
    path: string,
    { person = "zhang", ...fields }: Sending = {},
    call: ApiCall = {},
  ): Promise<ApiReply<T>> {
    const openid = await scene.openidOf(person);
    const usual = { openid, scene: SCENE, title: "订阅通知", content: "您好!" };
    return scene.account<T>("POST", path, { body: { ...usual, ...fields }, ...call });
  }
  return scene;
}

function createAsker(dispatcher: World["dispatcher"]): FlowScene["ask"] {
  return async <T>(method: string, url: string, { body, headers = {} }: ApiCall = {}) => {
    const { origin, pathname, search } = new URL(url);
    const reply = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      body: writeBody(body),
    });
    const text = await reply.body.text();
    const { statusCode: status } = reply;
    return { status, headers: reply.headers, text, json: readJson(text) as T };
  };
}

function writeBody(body: unknown): string | null {
  if (body === undefined) return null;
  return typeof body === "string" ? body : JSON.stringify(body);
}

function readJson(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : undefined;
}
