import assert from "node:assert/strict";
import { test } from "node:test";
import { SEND_PATH } from "@yici/protocol";
import type {
  AccountJson,
  JournalEntryJson,
  ListJson,
  MessageJson,
  PauseJson,
} from "../flow/flow-json.ts";
import { type FlowScene, openFlow } from "../flow/flow-scene.ts";
import { must } from "../flow/must.ts";

/** Each has the grant of one scene. */
const MESSAGES = 64;

test("64 messages at once and no token yet: one token call, 64 delivered", async () => {
  await using scene = await openFlow();
  const scenes = await confirmScenes(scene);

  const messages = await Promise.all(scenes.map((number) => deliver(scene, number)));

  assert.deepEqual(countStates(messages), { delivered: MESSAGES });
  assert.deepEqual(await countCalls(scene), { tokenCalls: 1, sends: MESSAGES });
  assert.equal(await countOnPhone(scene), MESSAGES);
});

test("64 messages at once and the token is revoked: one more token call, at most 128 sends, 64 delivered", async () => {
  await using scene = await openFlow();
  const [first = 0, ...scenes] = await confirmScenes(scene, MESSAGES + 1);
  await deliver(scene, first);
  await addFault(scene, { kind: "token_revoked", endpoint: SEND_PATH, count: 1 });
  await addFault(scene, LATE_HALF);

  const messages = await Promise.all(scenes.map((number) => deliver(scene, number)));

  assert.deepEqual(countStates(messages), { delivered: MESSAGES });
  const { tokenCalls, sends } = await countCalls(scene);
  assert.equal(tokenCalls, 2);
  assert.ok(sends > 1 + MESSAGES, "nobody's token was refused");
  assert.ok(sends <= 1 + 2 * MESSAGES, `${sends} sends`);
  assert.equal(await countOnPhone(scene), 1 + MESSAGES);
});

test("64 messages at once and 40001 for ever: at most two token calls and 128 sends, then the account pauses and says why", async () => {
  await using scene = await openFlow();
  const scenes = await confirmScenes(scene);
  await addFault(scene, { kind: "errcode", errcode: 40001, endpoint: SEND_PATH });

  const accepted = await Promise.all(scenes.map((number) => accept(scene, number)));
  const pause = await paused(scene);
  await settled(scene);

  assert.equal(pause.reason, "token_refused");
  assert.equal(pause.errcode, 40001);
  assert.match(pause.detail, /access_token is invalid/);
  const { tokenCalls, sends } = await countCalls(scene);
  assert.ok(tokenCalls <= 2, `${tokenCalls} token calls`);
  assert.ok(sends <= 2 * MESSAGES, `${sends} sends`);
  const stories = await Promise.all(accepted.map(({ id }) => scene.findMessage(id)));
  assert.deepEqual(countStates(stories), { queued: MESSAGES });
  assert.equal(await countOnPhone(scene), 0);
});

test("a message of a paused account says what it waits for, and goes out once the account is resumed", async () => {
  await using scene = await openFlow();
  const scenes = await confirmScenes(scene);
  const fault = await addFault(scene, { kind: "errcode", errcode: 40001, endpoint: SEND_PATH });
  const [first] = await Promise.all(scenes.map((number) => accept(scene, number)));
  const { reason } = await paused(scene);
  await settled(scene);

  const waiting = await scene.account<StoryJson>("GET", `/messages/${first?.id}`);
  await scene.control("DELETE", `/faults/${fault.id}`);
  const resumed = await scene.account<AccountJson>("POST", "/resume");
  const messages = await Promise.all(scenes.map((number) => deliver(scene, number)));

  assert.equal(waiting.json.pause?.reason, reason);
  assert.equal(resumed.json.pause, null);
  assert.deepEqual(countStates(messages), { delivered: MESSAGES });
  assert.equal(await countOnPhone(scene), MESSAGES);
});

test("64 messages at once and a wrong app secret: one token call, no send, and the account pauses and says why", async () => {
  await using scene = await openFlow();
  const scenes = await confirmScenes(scene);
  await scene.account("PATCH", "", { body: { app_secret: "0".repeat(32) } });

  await Promise.all(scenes.map((number) => accept(scene, number)));
  const pause = await paused(scene);
  await settled(scene);

  assert.equal(pause.reason, "credentials_refused");
  assert.deepEqual(await countCalls(scene), { tokenCalls: 1, sends: 0 });
});

/** Half of the refusals come late, when another token is in use already. */
const LATE_HALF = {
  kind: "latency",
  latency_ms: 100,
  endpoint: SEND_PATH,
  probability: 0.5,
  seed: "late half",
};

interface StoryJson extends MessageJson {
  readonly pause: PauseJson | null;
}

interface ExplainedPauseJson extends PauseJson {
  readonly detail: string;
}

interface FaultJson {
  readonly id: number;
}

/** Lets one person confirm as many scenes; answers them. */
async function confirmScenes(scene: FlowScene, count = MESSAGES): Promise<readonly number[]> {
  const scenes = Array.from({ length: count }, (_, index) => index);
  for (const number of scenes) await scene.confirm({ scene: number });
  return scenes;
}

/** Has the message of a scene taken on; told twice, it is the same one. */
async function accept(scene: FlowScene, number: number): Promise<MessageJson> {
  const reply = await scene.accept({ scene: number }, keyOf(number));
  assert.equal(reply.status, 202, reply.text);
  return reply.json;
}

/** As `accept`, and waits for its end. */
async function deliver(scene: FlowScene, number: number): Promise<MessageJson> {
  const reply = await scene.send({ scene: number }, keyOf(number));
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

function keyOf(number: number) {
  return { headers: { "idempotency-key": `scene-${number}` } };
}

function addFault(scene: FlowScene, fault: Readonly<Record<string, unknown>>): Promise<FaultJson> {
  return scene.control<FaultJson>("POST", "/faults", fault);
}

/** Why the account stands still, once it does. */
async function paused(scene: FlowScene): Promise<ExplainedPauseJson> {
  const find = async (): Promise<ExplainedPauseJson | null> =>
    (await scene.account<{ readonly pause: ExplainedPauseJson | null }>("GET", "")).json.pause;
  await scene.until(async () => (await find()) !== null);
  return must(await find());
}

/** Resolves when no send is under way. */
async function settled(scene: FlowScene): Promise<void> {
  await scene.until(async () => {
    const sending = await scene.account<ListJson<MessageJson>>("GET", "/messages?state=sending");
    return sending.json.items.length === 0;
  });
}

function countStates(messages: readonly MessageJson[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of messages) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** What the platform's journal has of token calls and of sends. */
async function countCalls(
  scene: FlowScene,
): Promise<{ readonly tokenCalls: number; readonly sends: number }> {
  const { items } = await scene.control<ListJson<JournalEntryJson>>("GET", "/journal?limit=1000");
  const count = (path: string) => items.filter(({ endpoint }) => endpoint === path).length;
  const sends = count(SEND_PATH);
  return { tokenCalls: items.length - sends, sends };
}

async function countOnPhone(scene: FlowScene): Promise<number> {
  const inbox = await scene.inbox();
  assert.equal(new Set(inbox.map((message) => message.scene)).size, inbox.length);
  return inbox.length;
}
