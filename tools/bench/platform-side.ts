import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_ACCOUNT, startPlatform } from "@yici/platform";
import {
  buildAuthorizeLink,
  buildStableTokenBody,
  parseAppId,
  parseScene,
  parseTemplateId,
  parseTokenReply,
  SCENE_MAX,
  STABLE_TOKEN_PATH,
} from "@yici/protocol";
import { createWorld, silentLog } from "@yici/runtime";
import type { Target } from "./load-side.ts";
import { answerCalls, readUsage, type Usage } from "./side.ts";

/** What this side answers. */
export interface PlatformSide {
  prepare(sends: number): Promise<Target>;
  usage(): Promise<Usage>;
  look(): Promise<Memory>;
}

/** What the process holds, garbage collected. */
export interface Memory {
  /** Of live objects and buffers. */
  readonly heldBytes: number;
  readonly rssBytes: number;
}

/** The platform as it is used: a SQLite file on disk, every commit synchronous. */
const folder = mkdtempSync(join(tmpdir(), "yici-bench-"));
const world = createWorld({ log: silentLog });
const platform = await startPlatform({ database: join(folder, "platform.db"), demo: true, world });
const { secret } = DEMO_ACCOUNT;
const appid = known(parseAppId(DEMO_ACCOUNT.appid));
const templateId = known(parseTemplateId(DEMO_ACCOUNT.templateId));
const people: { readonly id: string; readonly openid: string }[] = [];

const DECISIONS_AT_ONCE = 200;
const SCENES_MAX = 1_000;

async function prepare(sends: number): Promise<Target> {
  const sceneCount = Math.min(sends, SCENES_MAX, SCENE_MAX);
  const scenes = Array.from({ length: sceneCount }, (_, index) => index);
  while (people.length * sceneCount < sends) people.push(await addPerson(people.length));
  const slots = people.flatMap(({ id }) => scenes.map((scene) => ({ id, scene })));
  for (let done = 0; done < slots.length; done += DECISIONS_AT_ONCE) {
    await Promise.all(slots.slice(done, done + DECISIONS_AT_ONCE).map(confirm));
  }
  return {
    port: Number(new URL(platform.url).port),
    token: await askToken(),
    openids: people.map(({ openid }) => openid),
    scenes,
    connections: 64,
  };
}

async function addPerson(index: number): Promise<{ id: string; openid: string }> {
  const person = await platform.control.addPerson({ id: `bench${index}`, name: `bench ${index}` });
  return { id: person.id, openid: known(person.openids[appid]) };
}

async function confirm({ id, scene }: { id: string; scene: number }): Promise<void> {
  const authorizeLink = buildAuthorizeLink(
    { appid, scene: known(parseScene(scene)), templateId, redirectUrl: "http://127.0.0.1/back" },
    { origin: platform.url },
  );
  const { kind } = await platform.control.decide({ authorizeLink, person: id, action: "confirm" });
  if (kind !== "redirected") throw new Error(`a confirmation was ${kind}`);
}

async function askToken(): Promise<string> {
  const reply = await world.dispatcher.request({
    origin: platform.url,
    path: STABLE_TOKEN_PATH,
    method: "POST",
    body: buildStableTokenBody({ appid, secret, forceRefresh: false }),
  });
  const answer = parseTokenReply(await reply.body.text());
  if (answer.kind !== "token") throw new Error(`the token call was ${answer.kind}`);
  return answer.accessToken;
}

/** What cannot be missing. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the demo is not what the benchmark takes it for");
  return value;
}

async function look(): Promise<Memory> {
  gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heldBytes: heapUsed + external, rssBytes: rss };
}

answerCalls<PlatformSide>({ prepare, usage: readUsage, look }, async () => {
  await platform.stop();
  await world.dispatcher.close();
  rmSync(folder, { recursive: true, force: true });
});
