import assert from "node:assert/strict";
import { test } from "node:test";
import { NoMessageError, startPlatform } from "@yici/platform";
import { createMovableWorld } from "@yici/runtime";
import {
  APPID,
  buildLink,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  send,
  tokenPath,
} from "./sandbox.ts";

test("decide confirms unless it is told otherwise", async (t) => {
  const { platform } = await openSandbox(t);
  const authorizeLink = buildLink();

  const confirmed = await platform.decide({ authorizeLink, person: "li" });
  const cancelled = await platform.decide({ authorizeLink, person: "wang", action: "cancel" });

  assert.ok(confirmed.kind === "redirected" && cancelled.kind === "redirected");
  assert.match(confirmed.location, /openid=.*action=confirm/);
  assert.match(cancelled.location, /action=cancel/);
  const people = (await platform.control.listGrants()).map(({ person }) => person);
  assert.deepEqual(people, ["li"]);
});

test("waitForMessage answers the next message that matches, however many others come before", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const waiting = sandbox.platform.waitForMessage({ person: "zhang", appid: APPID, scene: 7 });

  for (const scene of [1, 2, 7]) {
    await confirm(sandbox, { scene });
    await send(sandbox, token, await makeBody(sandbox, { scene }));
  }

  const { scene, person, id } = await waiting;
  assert.deepEqual([scene, person], [7, "zhang"]);
  assert.equal((await sandbox.platform.waitForMessage({ scene: 7 })).id, id);
});

test("waitForMessage gives up when the platform's clock says so, and names what it waited for", async (t) => {
  const { platform } = await openSandbox(t);
  const waiting = platform.waitForMessage({ person: "li", scene: 3, waitMs: 60_000 });
  const refused = assert.rejects(waiting, (error: unknown) => {
    assert.ok(error instanceof NoMessageError);
    assert.match(error.message, /"person":"li","scene":3.* within 60000 ms/);
    return true;
  });

  await platform.control.advanceClock({ advanceMs: 60_000 });

  await refused;
});

test("a fault is in force until it is removed, and removing it twice is harmless", async (t) => {
  const { platform, ask } = await openSandbox(t);
  const injected = await platform.fault({ kind: "errcode", errcode: -1 });

  const struck = await ask(tokenPath());
  await injected.remove();
  await injected.remove();
  const spared = await ask(tokenPath());

  assert.equal(injected.fault.kind, "errcode");
  assert.equal(readErrcode(struck), -1);
  assert.match(spared.text, /"access_token"/);
});

test("a movable world is the platform's own clock: whoever has it moves both", async (t) => {
  const { world: base } = await openSandbox(t);
  const world = createMovableWorld(base);
  const platform = await startPlatform({ world });
  t.after(() => platform.stop());

  world.advance(1_000);
  const first = await platform.control.readClock();
  await platform.control.advanceClock({ advanceMs: 500 });

  assert.deepEqual([first.now, first.advancedMs], [base.now() + 1_000, 1_000]);
  assert.equal(world.now(), base.now() + 1_500);
});

test("any number of platforms run side by side, each with its own state", async (t) => {
  const platforms = await Promise.all(Array.from({ length: 20 }, () => startPlatform()));
  t.after(() => Promise.all(platforms.map((platform) => platform.stop())));

  await Promise.all(
    platforms.map((platform, index) => platform.control.addPerson({ name: `人 ${index}` })),
  );

  const names = await Promise.all(platforms.map(({ control }) => control.listPeople()));
  assert.equal(new Set(platforms.map(({ url }) => url)).size, 20);
  assert.deepEqual(
    names.map((people) => people.map(({ name }) => name)),
    platforms.map((_platform, index) => [`人 ${index}`]),
  );
});
