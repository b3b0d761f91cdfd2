import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeliveryState } from "../../src/deliveries/delivery.ts";
import type { Round } from "../../src/store/ledger.ts";
import { appidOf, known, openEngineScene, SECRET } from "./engine-scene.ts";
import type { EngineScene } from "./engine-scene.ts";
import { makeMortal, wrapStore } from "./mortal-store.ts";
import { startToyPlatform } from "./toy-platform.ts";

/** A promise and what settles it. */
function openGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

async function allReached(
  scene: EngineScene,
  ids: readonly string[],
  state: DeliveryState,
): Promise<void> {
  for (const id of ids) await scene.reached(id, state);
}

test("an accepted message is sent once, with its whole body, and is delivered", async () => {
  await using scene = await openEngineScene();
  const { engine, platform } = scene;
  engine.start();

  const [id = ""] = await scene.accept(1);
  const report = await scene.reached(id, "delivered");

  assert.equal(platform.sends.length, 1);
  assert.deepEqual(JSON.parse(known(platform.sends[0]).body), {
    touser: "person-000001",
    template_id: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
    scene: "1000",
    title: "订阅通知",
    data: { content: { value: "您好!" } },
  });
  assert.equal(report.attempts.length, 1);
  assert.equal(report.slot.grants[0]?.state, "spent");
});

test("what was accepted before the engine started is sent when it starts", async () => {
  await using scene = await openEngineScene();

  const ids = await scene.accept(5);
  scene.engine.start();

  await allReached(scene, ids, "delivered");
});

test("a message that is due later goes out when its time comes, and not before", async () => {
  await using scene = await openEngineScene();
  const { engine, platform, world } = scene;
  engine.start();
  const [id = ""] = await scene.accept(1, { dueAt: world.now() + 90_000 });

  await world.advance(89_999);
  assert.equal(platform.sends.length, 0);
  await world.advance(1);

  await scene.reached(id, "delivered");
});

test("hundreds of messages are all delivered, each once, over no more than the connections allowed", async () => {
  await using scene = await openEngineScene({ limits: { connections: 8 } });
  const ids = await scene.accept(500);

  scene.engine.start();
  await scene.until(() => scene.platform.delivered.size === ids.length);

  assert.equal(scene.platform.sends.length, ids.length);
  assert.ok(scene.platform.busiest() <= 8, `${scene.platform.busiest()} at once`);
});

test("one account never has more sends in flight than its limit", async () => {
  await using scene = await openEngineScene({ limits: { connections: 8, accountConnections: 3 } });
  const gate = openGate();
  scene.platform.answer = async () => {
    await gate.opened;
    return 0;
  };
  const ids = await scene.accept(50);

  scene.engine.start();
  await scene.platform.arrived(3);
  await settle(scene);
  gate.open();
  await allReached(scene, ids, "delivered");

  assert.equal(scene.platform.busiest(), 3);
});

test("while a commit is written, what was started before goes out; never is more started and unsent than connections", async () => {
  await using scene = await openEngineScene({ limits: { connections: 8 } });
  const gate = openGate();
  let startedCount = 0;
  let sentWhileHeld = -1;
  let mostUnsent = 0;
  const slow = wrapStore(scene.store, async (name, call, [round]) => {
    const answer = await call();
    if (name !== "advance") return answer;
    startedCount += (round as Round).starts.length;
    mostUnsent = Math.max(mostUnsent, startedCount - scene.platform.sends.length);
    if (startedCount > 100 && sentWhileHeld < 0) {
      sentWhileHeld = 0;
      const before = scene.platform.sends.length;
      await settle(scene);
      sentWhileHeld = scene.platform.sends.length - before;
      gate.open();
    }
    return answer;
  });
  const ids = await scene.accept(300);

  scene.buildEngine({ store: slow }).start();
  await gate.opened;
  await allReached(scene, ids, "delivered");

  assert.ok(sentWhileHeld > 0, "nothing went out while the commit was written");
  assert.ok(mostUnsent <= 16, `${mostUnsent} started and unsent`); // Eight wait, and eight are about to be sent.
  assert.ok(scene.platform.busiest() <= 8);
});

test("an idle engine asks the store nothing until it is told, or until a minute has passed", async () => {
  await using scene = await openEngineScene();
  let callCount = 0;
  const counting = wrapStore(scene.store, (_name, call) => {
    callCount += 1;
    return call();
  });
  scene.buildEngine({ store: counting }).start();
  const [id = ""] = await scene.accept(1);
  await scene.reached(id, "delivered");
  await settle(scene);

  callCount = 0;
  await settle(scene);
  await scene.world.advance(30_000);
  assert.equal(callCount, 0);

  await scene.world.advance(60_000);
  assert.ok(callCount > 0 && callCount < 10, `${callCount} calls`);
});

/** Lets everything that can happen without time passing happen. */
async function settle(scene: EngineScene): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    await new Promise<void>((resolve) => scene.world.defer(resolve));
  }
}

for (const connections of [64, 16, 1]) {
  test(`64 messages, no token yet, ${connections} connections: one token call, 64 delivered`, async () => {
    await using scene = await openEngineScene({ limits: { connections } });
    const ids = await scene.accept(64);

    scene.engine.start();
    await allReached(scene, ids, "delivered");

    assert.equal(scene.platform.tokenCallCount(), 1);
    assert.equal(scene.platform.sends.length, 64);
  });

  test(`64 messages, the token revoked, ${connections} connections: one refresh, at most 128 sends, 64 delivered`, async () => {
    await using scene = await openEngineScene({ limits: { connections } });
    scene.engine.start();
    const [first = ""] = await scene.accept(1);
    await scene.reached(first, "delivered");

    scene.platform.revokeToken();
    const ids = await scene.accept(64);
    await allReached(scene, ids, "delivered");

    assert.equal(scene.platform.tokenCallCount(), 2);
    assert.ok(scene.platform.sends.length - 1 <= 128, `${scene.platform.sends.length - 1} sends`);
    assert.ok([...scene.platform.delivered.values()].every((count) => count === 1));
  });

  test(`64 messages, every token refused, ${connections} connections: two token calls, at most 128 sends, the account pauses and says why`, async () => {
    await using scene = await openEngineScene({ limits: { connections } });
    scene.platform.answer = () => 40_001;
    const ids = await scene.accept(64);

    scene.engine.start();
    await scene.until(async () => (await scene.store.findPause(appidOf(1))) !== undefined);
    await allReached(scene, ids, "queued");
    await settle(scene);

    const pause = known(await scene.store.findPause(appidOf(1)));
    assert.equal(pause.reason, "token_refused");
    assert.equal(pause.errcode, 40_001);
    assert.match(pause.detail, /answered 40001/);
    assert.equal(await countEvents(scene, "account.paused"), 1);
    assert.equal(scene.platform.tokenCallCount(), 2);
    assert.ok(scene.platform.sends.length <= 128, `${scene.platform.sends.length} sends`);
  });
}

async function countEvents(scene: EngineScene, wanted: string): Promise<number> {
  let count = 0;
  for (let after = 0; ;) {
    const events = await scene.store.listEvents(appidOf(1), after, 100);
    count += events.filter(({ type }) => type === wanted).length;
    const last = events.at(-1);
    if (last === undefined) return count;
    after = last.number;
  }
}

test("when the token is revoked amid much to do, only the sends in flight are wasted", async () => {
  await using scene = await openEngineScene({ limits: { connections: 4 } });
  const ids = await scene.accept(200);
  scene.engine.start();
  await scene.platform.arrived(40);

  scene.platform.revokeToken();
  await allReached(scene, ids, "delivered");

  const wasted = scene.platform.sends.length - 200;
  assert.ok(wasted <= 4, `${wasted} wasted`);
});

test("a token that paused its account is not used again when the account goes on", async () => {
  await using scene = await openEngineScene();
  const { platform } = scene;
  const answer = platform.answer;
  platform.answer = () => 40_001;
  const [id = ""] = await scene.accept(1);
  scene.engine.start();
  await scene.until(async () => (await scene.store.findPause(appidOf(1))) !== undefined);
  await settle(scene);

  platform.answer = answer;
  platform.revokeToken();
  await scene.store.resumeAccount(appidOf(1), scene.world.now());
  await scene.reached(id, "delivered");

  assert.equal(platform.sends.length, 3);
});

test("deliveries whose token was refused do not count the attempt, and keep their grant", async () => {
  await using scene = await openEngineScene();
  scene.platform.answer = ({ number }) => (number === 1 ? 42_001 : 0);
  const [id = ""] = await scene.accept(1);

  scene.engine.start();
  const { delivery, attempts } = await scene.reached(id, "delivered");

  assert.equal(attempts.length, 2);
  assert.equal(delivery.countedAttempts, 1);
});

test("when no token can be had the leases are given back and nothing is counted; later everything goes out", async () => {
  await using scene = await openEngineScene();
  const { platform, world } = scene;
  const answerTokenCall = platform.answerTokenCall;
  platform.answerTokenCall = () => ({ status: 502, body: "<html>" });
  const [id = ""] = await scene.accept(1);

  scene.engine.start();
  await scene.until(() => platform.tokenCallCount() === 1);
  await scene.until(async () => (await scene.find(id)).delivery.leaseId === undefined);
  platform.answerTokenCall = answerTokenCall;
  await world.advance(1_000);
  const { delivery } = await scene.reached(id, "delivered");

  assert.equal(delivery.attemptNumber, 1);
  assert.equal(platform.tokenCallCount(), 2);
});

test("a token endpoint that is down is asked ever more rarely, however much is due", async () => {
  await using scene = await openEngineScene();
  scene.platform.answerTokenCall = () => ({ status: 502, body: "" });
  await scene.accept(50);

  scene.engine.start();
  for (let second = 0; second < 300; second += 1) {
    await settle(scene);
    await scene.world.advance(1_000);
  }

  assert.ok(scene.platform.tokenCallCount() < 30, `${scene.platform.tokenCallCount()} calls`);
  assert.equal(scene.platform.sends.length, 0);
});

test("an account's fault pauses it: nothing more goes out, and an operator's resumption sends the rest", async () => {
  await using scene = await openEngineScene({ limits: { connections: 2 } });
  scene.platform.answer = () => 48_001;
  const ids = await scene.accept(20);

  scene.engine.start();
  await scene.until(async () => (await scene.store.findPause(appidOf(1))) !== undefined);
  await allReached(scene, ids, "queued");
  await settle(scene);
  assert.ok(scene.platform.sends.length <= 4, `${scene.platform.sends.length} sends`);

  scene.platform.answer = () => 0;
  await scene.store.resumeAccount(appidOf(1), scene.world.now());
  await allReached(scene, ids, "delivered");
});

test("a pause that ends by itself sends the rest by itself", async () => {
  await using scene = await openEngineScene();
  scene.platform.answer = ({ number }) => (number === 1 ? 45_011 : 0);
  const [id = ""] = await scene.accept(1);

  scene.engine.start();
  await scene.until(async () => (await scene.store.findPause(appidOf(1))) !== undefined);
  await settle(scene);
  await scene.world.advance(59_000);
  await settle(scene);
  assert.equal(scene.platform.sends.length, 1);

  await scene.world.advance(1_000);
  await scene.reached(id, "delivered");
});

test("an account whose platform stands still holds up no other account", async () => {
  await using scene = await openEngineScene({ limits: { connections: 4, accountConnections: 3 } });
  await scene.addAccount(2);
  scene.platform.answer = ({ openid }) => (openid <= "person-000020" ? "silence" : 0);
  await scene.accept(20);
  const quick = await scene.accept(20, { appid: appidOf(2) });

  scene.engine.start();
  await scene.until(() => scene.platform.delivered.size === quick.length);

  assert.equal(scene.platform.delivered.size, 20);
});

test("a send that hangs does not hold up the account's other messages", async () => {
  await using scene = await openEngineScene({ limits: { connections: 2 } });
  scene.platform.answer = ({ number }) => (number === 1 ? "silence" : 0);
  const ids = await scene.accept(40);

  scene.engine.start();
  await scene.until(() => scene.platform.delivered.size === ids.length - 1);

  assert.equal(scene.platform.sends.length, ids.length);
});

test("an account that comes later gets its share of the connections as they become free, and no more are opened", async () => {
  await using scene = await openEngineScene({ limits: { connections: 4 } });
  await scene.addAccount(2);
  const gates = Array.from({ length: 40 }, openGate);
  scene.platform.answer = async ({ number }) => {
    await gates[number - 1]?.opened;
    return 0;
  };
  await scene.accept(20);
  scene.engine.start();
  await scene.platform.arrived(4);

  await scene.accept(5, { appid: appidOf(2) });
  await settle(scene);
  assert.equal(scene.platform.sends.length, 4);
  known(gates[0]).open();
  await scene.platform.arrived(5);
  known(gates[1]).open();
  await scene.platform.arrived(6);

  const later = scene.platform.sends.slice(4).map(({ openid }) => openid > "person-000020");
  assert.deepEqual(later, [true, true]);
});

test("a small account is served soon although a large one has much more, and earlier, to send", async () => {
  await using scene = await openEngineScene({ limits: { connections: 4 } });
  await scene.addAccount(2);
  const large = await scene.accept(400);
  scene.engine.start();
  await scene.platform.arrived(20);

  const [small = ""] = await scene.accept(1, { appid: appidOf(2) });
  await scene.reached(small, "delivered");

  const before = scene.platform.sends.findIndex(({ openid }) => openid === "person-000401");
  assert.ok(before < 100, `${before} sends came first`);
  await allReached(scene, large, "delivered");
});

test("more accounts than are served at once take turns", async () => {
  await using scene = await openEngineScene({ limits: { connections: 2, lanesMax: 2 } });
  for (let number = 2; number <= 6; number += 1) await scene.addAccount(number);
  const ids = [];
  for (let number = 1; number <= 6; number += 1) {
    ids.push(...(await scene.accept(30, { appid: appidOf(number) })));
  }

  scene.engine.start();
  await allReached(scene, ids, "delivered");

  // Every account got its first send out before any had half of its own out.
  const account = (openid: string): number => Math.ceil(Number(openid.slice(7)) / 30);
  const firstHalf = new Map<number, number>();
  for (const { openid } of scene.platform.sends) {
    const number = account(openid);
    firstHalf.set(number, (firstHalf.get(number) ?? 0) + 1);
    if (firstHalf.size === 6) break;
  }
  assert.ok(
    [...firstHalf.values()].every((count) => count <= 15),
    [...firstHalf.values()].join(" "),
  );
});

test("a platform that cannot be reached is tried again later, and again, until it is there", async () => {
  await using scene = await openEngineScene();
  const { platform, world } = scene;
  scene.engine.start();
  const [first = ""] = await scene.accept(1);
  await scene.reached(first, "delivered");
  const port = Number(new URL(platform.url).port);
  await platform[Symbol.asyncDispose]();

  const [id = ""] = await scene.accept(1);
  await scene.until(
    async () => (await scene.find(id)).delivery.countedAttempts === 2 || advanced(world),
  );
  await using revived = await startToyPlatform(port);
  for (let minute = 0; minute < 5; minute += 1) {
    await settle(scene);
    await world.advance(60_000);
  }
  const report = await scene.reached(id, "delivered");

  assert.equal(revived.sends.length, 1);
  assert.ok(report.attempts.length >= 3);
  assert.equal(report.attempts[0]?.outcome?.kind, "unsent");
});

/** Moves the clock a little while a test waits for a retry. */
function advanced(world: EngineScene["world"]): Promise<boolean> {
  return world.advance(100).then(() => false);
}

test("answer 0 after the lease was lost makes the message delivered", async () => {
  await using scene = await openEngineScene();
  const gate = openGate();
  scene.platform.answer = async () => {
    await gate.opened;
    return 0;
  };
  const [id = ""] = await scene.accept(1);
  scene.engine.start();
  await scene.platform.arrived(1);

  await scene.store.sweep(scene.world.now() + 31_000, 10); // Another process, its clock ahead.
  assert.equal((await scene.find(id)).delivery.doubt, "unanswered");
  gate.open();
  const report = await scene.reached(id, "delivered");

  assert.equal(report.attempts[0]?.isLate, true);
  assert.equal(report.slot.grants[0]?.state, "spent");
  assert.equal(scene.platform.sends.length, 1);
});

test("after a crash a started attempt is unanswered; the platform's refusal of the second leaves it uncertain", async () => {
  await using scene = await openEngineScene();
  const { platform, world, store } = scene;
  platform.answer = ({ number }) => (number === 1 ? "silence" : 43_101);
  const [id = ""] = await scene.accept(1);
  const mortal = makeMortal(store);
  scene.buildEngine({ store: mortal.store }).start();
  await platform.arrived(1);
  mortal.kill();

  scene.engine.start();
  await settle(scene);
  assert.equal((await scene.find(id)).delivery.state, "sending");
  for (let second = 0; second < 60; second += 1) {
    await world.advance(1_000);
    await settle(scene);
  }
  const { delivery, attempts, slot } = await scene.reached(id, "uncertain");

  assert.equal(attempts[0]?.outcome?.kind, "unanswered");
  assert.equal(attempts[1]?.outcome?.kind, "answered");
  assert.equal(delivery.likely, "unknown"); // An imported grant proves too little for more.
  assert.equal(slot.grants[0]?.state, "void");
  assert.equal(slot.grants[0].voidCause, "in_doubt");
});

test("after a crash a message that says stop in doubt is not sent again", async () => {
  await using scene = await openEngineScene();
  const { platform, world, store } = scene;
  platform.answer = () => "silence";
  const [id = ""] = await scene.accept(1, { whenInDoubt: "stop" });
  const mortal = makeMortal(store);
  scene.buildEngine({ store: mortal.store }).start();
  await platform.arrived(1);
  mortal.kill();

  scene.engine.start();
  await world.advance(31_000);
  await scene.reached(id, "uncertain");

  assert.equal(platform.sends.length, 1);
});

test("after a crash what was leased and not begun goes out when its lease ends, without doubt", async () => {
  await using scene = await openEngineScene({ limits: { connections: 1 } });
  const { platform, world, store } = scene;
  platform.answer = ({ number }) => (number === 1 ? "silence" : 0);
  const [begun = "", leased = ""] = await scene.accept(2);
  const mortal = makeMortal(store);
  scene.buildEngine({ store: mortal.store }).start();
  await platform.arrived(1);
  await scene.until(async () => (await scene.find(leased)).delivery.leaseId !== undefined);
  mortal.kill();

  scene.engine.start();
  await world.advance(31_000);
  const report = await scene.reached(leased, "delivered");

  assert.equal(report.attempts.length, 1);
  assert.equal(report.delivery.doubt, "none");
  assert.notEqual((await scene.find(begun)).delivery.doubt, "none");
});

test("an attempt whose commit took longer than its lease is not sent", async () => {
  await using scene = await openEngineScene();
  const gate = openGate();
  let advanceCount = 0;
  const slow = wrapStore(scene.store, async (name, call) => {
    const answer = await call();
    if (name === "advance" && (advanceCount += 1) === 1) await gate.opened;
    return answer;
  });
  const [id = ""] = await scene.accept(1);
  scene.buildEngine({ store: slow }).start();
  await scene.reached(id, "sending");

  await scene.world.advance(28_000); // Past the lease's margin; nobody has taken it over yet.
  gate.open();
  await scene.until(async () => (await scene.find(id)).attempts[0]?.outcome !== undefined);

  assert.deepEqual((await scene.find(id)).attempts[0]?.outcome, {
    kind: "unsent",
    reason: "deadline",
  });
  assert.equal(scene.platform.sends.length, 0);
});

test("what was leased but could not go out in time is due again when its lease ends, with nothing counted", async () => {
  await using scene = await openEngineScene({ limits: { connections: 1, sendMs: 15_000 } });
  const { platform, world } = scene;
  platform.answer = ({ number }) => (number === 1 ? "silence" : 0);
  const [first = "", second = ""] = await scene.accept(2, { whenInDoubt: "stop" });

  scene.engine.start();
  await platform.arrived(1);
  await world.advance(15_000); // Too little is left of the lease for another send of that length.
  await scene.reached(first, "uncertain");
  await settle(scene);
  assert.equal((await scene.find(second)).delivery.attemptNumber, 0);

  await world.advance(15_000);
  const { attempts } = await scene.reached(second, "delivered");
  assert.equal(attempts.length, 1);
});

test("an outcome is kept until the store takes it: nothing is sent twice, nothing forgotten", async () => {
  await using scene = await openEngineScene();
  let failureCount = 0;
  const failing = wrapStore(scene.store, (name, call) => {
    const isSettling = name === "advance" && scene.platform.sends.length > 0;
    if (!isSettling || failureCount === 5) return call();
    failureCount += 1;
    return Promise.reject(new Error("disk full"));
  });
  const ids = await scene.accept(3);
  scene.buildEngine({ store: failing }).start();

  await scene.until(() => failureCount > 0);
  for (let second = 0; second < 30; second += 1) {
    await settle(scene);
    await scene.world.advance(500);
  }
  await allReached(scene, ids, "delivered");

  assert.equal(failureCount, 5);
  assert.equal(scene.platform.sends.length, 3);
  for (const id of ids) assert.equal((await scene.find(id)).attempts.length, 1);
});

test("an outcome that the store can never take keeps back no other", async () => {
  await using scene = await openEngineScene();
  const { store, platform, world } = scene;
  const [poison = "", ...others] = await scene.accept(10);
  const picky = wrapStore(store, (name, call, [round]) =>
    name === "advance" && settles(round, poison) ? Promise.reject(new Error("no")) : call(),
  );
  scene.buildEngine({ store: picky }).start();
  await platform.arrived(10);

  for (let second = 0; second < 60; second += 1) {
    await settle(scene);
    await world.advance(500);
  }

  await allReached(scene, others, "delivered");
});

function settles(round: unknown, messageId: string): boolean {
  return (round as Round).settlements.some((settlement) => settlement.messageId === messageId);
}

test("a start that the store can never take keeps back no other", async () => {
  await using scene = await openEngineScene();
  const [poison = "", ...others] = await scene.accept(10);
  const picky = wrapStore(scene.store, (name, call, [round]) =>
    name === "advance" && starts(round, poison) ? Promise.reject(new Error("no")) : call(),
  );
  scene.buildEngine({ store: picky }).start();

  for (let second = 0; second < 5; second += 1) {
    await settle(scene);
    await scene.world.advance(1_000);
  }

  await allReached(scene, others, "delivered");
  assert.equal((await scene.find(poison)).attempts.length, 0);
});

function starts(round: unknown, messageId: string): boolean {
  return (round as Round).starts.some((start) => start.messageId === messageId);
}

test("a message that is cancelled while it is leased is not sent", async () => {
  await using scene = await openEngineScene({ limits: { connections: 1 } });
  const gate = openGate();
  scene.platform.answer = async () => {
    await gate.opened;
    return 0;
  };
  const [first = "", second = ""] = await scene.accept(2);
  scene.engine.start();
  await scene.platform.arrived(1);

  const { kind } = await scene.store.cancel(appidOf(1), second, scene.world.now());
  gate.open();
  await scene.reached(first, "delivered");
  await settle(scene);

  assert.equal(kind, "cancelled");
  assert.equal(scene.platform.sends.length, 1);
});

test("a store that fails the engine's looking is waited for, and the engine goes on", async () => {
  await using scene = await openEngineScene();
  let failureCount = 0;
  const failing = wrapStore(scene.store, (name, call) => {
    if (name !== "listDueAccounts" || failureCount === 3) return call();
    failureCount += 1;
    return Promise.reject(new Error("disk full"));
  });
  const [id = ""] = await scene.accept(1);

  scene.buildEngine({ store: failing }).start();
  for (let count = 0; count < 10; count += 1) {
    await settle(scene);
    await scene.world.advance(100);
  }

  await scene.reached(id, "delivered");
});

test("a graceful stop waits for what is in flight and gives back what has not begun", async () => {
  await using scene = await openEngineScene({ limits: { connections: 1 } });
  const gate = openGate();
  scene.platform.answer = async ({ number }) => {
    if (number === 1) await gate.opened;
    return 0;
  };
  const [begun = "", leased = ""] = await scene.accept(2);
  scene.engine.start();
  await scene.platform.arrived(1);

  const stopped = scene.engine.stop();
  await scene.until(async () => (await scene.find(leased)).delivery.leaseId === undefined);
  gate.open();
  await stopped;

  assert.equal((await scene.find(begun)).delivery.state, "delivered");
  assert.equal((await scene.find(leased)).delivery.state, "queued");
  assert.equal(scene.platform.sends.length, 1);
  scene.buildEngine().start(); // Takes it at once: the lease is over.
  await scene.reached(leased, "delivered");
});

test("a stop that has waited long enough gives up what is in flight, and settles it as unanswered", async () => {
  await using scene = await openEngineScene();
  scene.platform.answer = () => "silence";
  const [id = ""] = await scene.accept(1);
  scene.engine.start();
  await scene.platform.arrived(1);

  const stopped = scene.engine.stop(5_000);
  await scene.world.advance(5_000);
  await stopped;

  const { attempts } = await scene.find(id);
  assert.deepEqual(attempts[0]?.outcome, { kind: "unanswered", reason: "stopped" });
});

test("a stop does not wait for ever for a store that has died", async () => {
  await using scene = await openEngineScene();
  scene.platform.answer = () => "silence";
  const mortal = makeMortal(scene.store);
  const engine = scene.buildEngine({ store: mortal.store });
  await scene.accept(1);
  engine.start();
  await scene.platform.arrived(1);
  mortal.kill();

  const stopped = engine.stop(5_000);
  await scene.world.advance(5_000);
  await scene.world.advance(5_000);
  await stopped;

  assert.ok(scene.log.some(({ sentence }) => sentence === "Stopped with attempts unsettled."));
});

test("what is leased while the engine stops is given back", async () => {
  await using scene = await openEngineScene();
  const gate = openGate();
  const slow = wrapStore(scene.store, async (name, call) => {
    const answer = await call();
    if (name === "lease") await gate.opened;
    return answer;
  });
  const engine = scene.buildEngine({ store: slow });
  const [id = ""] = await scene.accept(1);
  engine.start();
  await scene.until(async () => (await scene.find(id)).delivery.leaseId !== undefined);

  const stopped = engine.stop();
  gate.open();
  await stopped;

  assert.equal((await scene.find(id)).delivery.leaseId, undefined);
  assert.equal(scene.platform.sends.length, 0);
});

test("after its stop an engine leases nothing, whatever it is told", async () => {
  await using scene = await openEngineScene();
  scene.engine.start();
  await scene.engine.stop();

  const [id = ""] = await scene.accept(1);
  scene.engine.wake();
  await settle(scene);

  assert.equal((await scene.find(id)).delivery.leaseId, undefined);
});

test("no log line shows a token or a secret, whatever goes wrong", async () => {
  await using scene = await openEngineScene();
  const { platform, world } = scene;
  const answers = ["reset", 40_001, -1, "silence", 99_999, 43_101, 48_001] as const;
  platform.answer = ({ number }) => answers[number - 1] ?? 0;
  platform.answerTokenCall = (number) =>
    number === 1
      ? { status: 500, body: "broken" }
      : { status: 200, body: JSON.stringify({ access_token: "canary-token", expires_in: 7_200 }) };
  const failing = wrapStore(scene.store, (name, call) =>
    name === "advance" && scene.log.length < 3 ? Promise.reject(new Error("disk full")) : call(),
  );
  await scene.accept(7);

  scene.buildEngine({ store: failing }).start();
  for (let second = 0; second < 60; second += 1) {
    await settle(scene);
    await world.advance(1_000);
  }

  assert.ok(scene.log.length >= 3 && platform.sends.length >= 7);
  const lines = scene.log.map((line) => JSON.stringify(line)).join("\n");
  assert.ok(!lines.includes("canary-token"));
  assert.ok(!lines.includes(SECRET));
});
