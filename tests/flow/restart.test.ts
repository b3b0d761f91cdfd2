import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readWords } from "./find-form.ts";
import type { ListJson, MessageJson, ProblemJson } from "./flow-json.ts";
import { APPID, type FlowScene, openFlow, SCENE } from "./flow-scene.ts";
import { must } from "./must.ts";

const HOUR_MS = 3_600_000;

describe("after a stop and a start of both sides on their files", () => {
  test("everything is as it was", async () => {
    using folder = openFolder();
    await using before = await openFlow(folder);
    await tellStory(before);
    const told = await readEverything(before);
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });

    assert.deepEqual(await readEverything(after), told);
  });

  test("a message that was accepted before the stop is delivered", async () => {
    using folder = openFolder();
    await using before = await openFlow(folder);
    await before.confirm();
    await before.account("POST", "/pause", { body: {} });
    const accepted = await before.accept();
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });
    await after.account("POST", "/resume", { body: {} });

    assert.deepEqual([accepted.status, accepted.json.state], [202, "queued"]);
    assert.equal((await after.inbox("zhang", 1)).length, 1);
    await after.reached(accepted.json.id, "delivered");
  });

  test("a message that waits for its hour goes out when the hour comes", async () => {
    using folder = openFolder();
    await using before = await openFlow(folder);
    await before.confirm();
    const sendAt = new Date(before.world.now() + HOUR_MS).toISOString();
    const accepted = await before.accept({ send_at: sendAt });
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });
    const early = await after.findMessage(accepted.json.id);
    after.world.advance(HOUR_MS);

    assert.equal(early.state, "scheduled");
    assert.equal((await after.inbox("zhang", 1)).length, 1);
  });

  test("a message that waits for a confirmation goes out when the person confirms", async () => {
    using folder = openFolder();
    await using before = await openFlow(folder);
    const accepted = await before.accept({ when_no_grant: "wait" });
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });
    await after.confirm();

    assert.equal(accepted.json.state, "waiting");
    assert.equal((await after.inbox("zhang", 1)).length, 1);
  });

  test("a person who was asked before the stop can still confirm, and is known as the one who was asked", async () => {
    using folder = openFolder();
    await using before = await openFlow(folder);
    const browser = before.openBrowser();
    const link = await before.enter(browser);
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });
    const page = await browser.open(moveTo(after, before, await after.decide(link)));

    assert.match(readWords(page.text), /已确认接收/);
    assert.equal(must((await after.listGrants())[0]).evidence, "bound");
  });

  test("a callback of before the stop shows its page again and gives no second grant", async () => {
    using folder = openFolder();
    await using before = await openFlow(folder);
    const browser = before.openBrowser();
    const callback = await before.decide(await before.enter(browser));
    await browser.open(callback);
    await before.send();
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });
    const page = await browser.open(moveTo(after, before, callback));

    assert.match(readWords(page.text), /已确认接收/);
    assert.equal((await after.send<ProblemJson>()).json.code, "no_grant");
  });

  test("an Idempotency-Key of before the stop is known", async () => {
    using folder = openFolder();
    const keyed = { headers: { "idempotency-key": "order-7" } };
    await using before = await openFlow(folder);
    await before.confirm();
    const first = await before.send({}, keyed);
    await before.stop();

    await using after = await openFlow({ ...folder, apiKey: before.apiKey });
    const again = await after.send({}, keyed);

    assert.equal(again.json.id, first.json.id);
    assert.equal((await after.inbox("zhang", 1)).length, 1);
  });
});

test("a stop waits for the answer to what is in flight", async () => {
  using folder = openFolder();
  await using before = await openFlow(folder);
  await before.confirm();
  const caught = before.cable.catchSend();
  const { id } = (await before.accept()).json;
  const send = await caught;
  await send.travel();

  const stopped = before.stop();
  send.arrive();
  await stopped;

  await using after = await openFlow({ ...folder, apiKey: before.apiKey });
  const message = await after.findMessage(id);
  assert.deepEqual([message.state, message.attempts.length], ["delivered", 1]);
  assert.equal((await after.inbox("zhang", 1)).length, 1);
});

test("a second start on files that are in use is refused, and the first goes on", async () => {
  using folder = openFolder();
  await using first = await openFlow(folder);

  await assert.rejects(openFlow(folder), { code: "YICI_DATABASE_IN_USE" });

  await first.confirm();
  assert.equal((await first.send()).json.state, "delivered");
});

/** A folder for one test. */
function openFolder(): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "yici-flow-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** Leaves a bit of everything on record: deliveries, a refusal, grants used and unused, a message that waits. */
async function tellStory(flow: FlowScene): Promise<void> {
  await flow.confirm({ person: "zhang" });
  await flow.send({ person: "zhang", color: "#FF0000", url: "https://shop.example/" });
  await flow.confirm({ person: "li", action: "cancel" });
  await flow.confirm({ person: "wang", scene: 7 });
  await flow.accept({ person: "li", when_no_grant: "wait" });
  await flow.account("POST", "/grants/import", {
    body: { grants: [{ openid: await flow.openidOf("li"), scene: 9 }] },
  });
  await flow.send({ person: "li", scene: 9 });
  await flow.control("PATCH", "/people/wang", { follows: [APPID] });
}

/** What both sides answer to whoever asks, with the addresses, which a start may change, under one name. */
async function readEverything(flow: FlowScene): Promise<Readonly<Record<string, unknown>>> {
  const places = ["", "/links", "/grants", "/messages", "/events"];
  const { items } = (await flow.account<ListJson<MessageJson>>("GET", "/messages")).json;
  const stories = items.map(({ id }) => `/messages/${id}`);
  const slot = `/slots/${await flow.openidOf("zhang")}/${SCENE}`;
  const told: Record<string, unknown> = { keys: (await flow.api("GET", "/keys")).json };
  for (const place of [...places, ...stories, slot]) {
    told[place] = (await flow.account("GET", place)).json;
  }
  for (const place of ["accounts", "people", "inbox", "grants", "journal"]) {
    told[`platform's ${place}`] = await flow.control("GET", `/${place}`);
  }
  const text = nameAddresses(flow, JSON.stringify(told));
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

function nameAddresses({ gateway, platform }: FlowScene, text: string): string {
  const addresses = [gateway.publicUrl, platform.url, encodeURIComponent(gateway.publicUrl)];
  return addresses.reduce(
    (named, address) => named.replaceAll(new RegExp(address, "gi"), "…"),
    text,
  );
}

/** An address of the gateway as it was, where it is now. */
function moveTo(after: FlowScene, before: FlowScene, url: string): string {
  return url.replace(before.gateway.publicUrl, after.gateway.publicUrl);
}
