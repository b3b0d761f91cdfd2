import assert from "node:assert/strict";
import type { DEMO_PEOPLE } from "@yici/platform";
import { type APIRequestContext, type APIResponse, type Page, request } from "playwright-core";
import { type Dev, startDev } from "yici/dev";
import { type Looking, openPage, type WatchedPage } from "./open-page.ts";

/** Somebody of the demo: 张三 follows the account, 李四 and 王五 do not. */
export type PersonId = (typeof DEMO_PEOPLE)[number]["id"];

/** A message as it is handed to the gateway. */
export interface Message {
  readonly to: PersonId;
  readonly scene?: number;
  readonly title: string;
  readonly content: string;
  readonly color?: string;
  readonly url?: string;
  readonly miniprogram?: { readonly appid: string; readonly pagepath: string };
}

/** What the gateway answered to a message. */
export interface Sent {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Both sides of the capability, running for one test, and the browsers that look at them. Disposing of it closes and stops
 * all, and fails when a browser complained.
 */
export interface Stage extends AsyncDisposable {
  readonly dev: Dev;
  /** The gateway's `/v1/`, with a key. */
  readonly api: APIRequestContext;
  /** An empty page in a browser that is nobody. */
  openPage(looking?: Looking): Promise<Page>;
  /** As `openPage`, where complaints are part of the story: the test judges them. */
  openTroubledPage(looking?: Looking): Promise<WatchedPage>;
  /** Where a person's phone is. */
  phoneOf(person: PersonId): string;
  /** The address that asks for a scene. */
  entryOf(scene: number): Promise<string>;
  /** Opens the link of a scene as a person and confirms, in a browser of its own that nobody looks at. */
  confirm(person: PersonId, scene?: number): Promise<void>;
  /** Hands a message to the gateway and waits for its end. */
  send(message: Message): Promise<Sent>;
}

/** The scene of the demo's own link. */
const DEMO_SCENE = 1000;

const WAIT_MS = 20_000;

/** Starts platform and gateway in memory, with the demo. */
export async function startStage(): Promise<Stage> {
  const dev = await startDev();
  const api = await request.newContext({
    baseURL: `${dev.gateway.adminUrl}/v1/`,
    extraHTTPHeaders: { authorization: `Bearer ${dev.apiKey}` },
  });
  const opened: WatchedPage[] = [];
  const complaints: (readonly string[])[] = [];
  const openTroubledPage = async (looking?: Looking): Promise<WatchedPage> => {
    const watched = await openPage(looking);
    opened.push(watched);
    return watched;
  };
  return {
    dev,
    api,
    openTroubledPage,
    async openPage(looking) {
      const watched = await openTroubledPage(looking);
      complaints.push(watched.complaints);
      return watched.page;
    },
    phoneOf: (person) => `${dev.platform.url}/phone/${person}`,
    entryOf: (scene) => findEntry(dev, api, scene),
    confirm: async (person, scene = DEMO_SCENE) =>
      decide(dev, { person, entry: await findEntry(dev, api, scene) }),
    send: (message) => send(dev, api, message),
    async [Symbol.asyncDispose]() {
      for (const { close } of opened) await close();
      await api.dispose();
      await dev.stop();
      assert.deepEqual(complaints.flat(), []);
    },
  };
}

interface LinkJson {
  readonly scene: number;
  readonly entry_url: string;
}

async function findEntry({ account }: Dev, api: APIRequestContext, scene: number): Promise<string> {
  const links = `accounts/${account.appid}/links`;
  const { items } = await readJson<{ readonly items: readonly LinkJson[] }>(await api.get(links));
  const known = items.find((link) => link.scene === scene);
  if (known !== undefined) return known.entry_url;
  const added = await api.post(links, { data: { scene, title: "开课提醒" } });
  return (await readJson<LinkJson>(added)).entry_url;
}

interface Asked {
  readonly person: PersonId;
  readonly entry: string;
}

async function decide({ platform }: Dev, { person, entry }: Asked): Promise<void> {
  const browser = await request.newContext();
  try {
    const opened = await browser.get(entry, { maxRedirects: 0 });
    const authorizeLink = opened.headers()["location"] ?? "";
    const decision = await platform.control.decide({ authorizeLink, person, action: "confirm" });
    assert.equal(decision.kind, "redirected");
    const returned = await browser.get(decision.location);
    assert.equal(returned.status(), 200);
  } finally {
    await browser.dispose();
  }
}

async function send(
  { platform, account }: Dev,
  api: APIRequestContext,
  message: Message,
): Promise<Sent> {
  const { to, ...said } = message;
  const person = (await platform.control.listPeople()).find(({ id }) => id === to);
  const data = { scene: DEMO_SCENE, ...said, openid: person?.openids[account.appid] };
  const answer = await api.post(`accounts/${account.appid}/messages`, {
    params: { wait_ms: WAIT_MS },
    data,
  });
  return { status: answer.status(), body: (await answer.json()) as Sent["body"] };
}

/** The JSON of a call that must go well. */
export async function readJson<T>(answer: APIResponse): Promise<T> {
  assert.ok(answer.ok(), `${answer.url()} answered ${answer.status()}`);
  return (await answer.json()) as T;
}
