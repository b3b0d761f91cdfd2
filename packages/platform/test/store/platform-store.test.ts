import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScene, SEND_PATH } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import { DEMO_ACCOUNT, seedDemo } from "../../src/demo.ts";
import type { Slot } from "../../src/grants/ledger.ts";
import { PlatformStore } from "../../src/store/platform-store.ts";

/** A store with the demo, an open grant of its first person and what a send does with it. */
async function openStore() {
  const world = createManualWorld();
  const store = PlatformStore.open(":memory:", world);
  const now = world.now();
  const slot = await store.commit(() => {
    seedDemo(store, [], world);
    const openid = store.people.find("zhang")?.openids[DEMO_ACCOUNT.appid];
    const [account, scene] = [store.accounts.find(DEMO_ACCOUNT.appid), parseScene(7)];
    assert.ok(account && openid && scene !== undefined);
    const found: Slot = { appid: account.appid, openid, scene };
    store.ledger.confirm(found, now, undefined);
    return found;
  });
  const spend = (): boolean => {
    const messageId = store.inbox.nextId;
    if (!store.ledger.spend(slot, messageId, now)) return false;
    store.inbox.add({ person: "zhang", ...slot, placement: "chat", ...NOTHING_SAID }, now);
    store.usage.charge(slot.appid, SEND_PATH, now);
    return true;
  };
  return { store, slot, now, spend };
}

const NOTHING_SAID = {
  title: "订阅通知",
  content: undefined,
  color: undefined,
  url: undefined,
  miniprogram: undefined,
  token: "0123abcd",
  rid: "00000000-00000000-00000000",
};

const ALL = { person: undefined, appid: undefined, after: undefined, limit: 10 };

test("of two that spend one grant in one commit, one succeeds", async () => {
  const { store, spend } = await openStore();

  const outcomes = await Promise.all([store.commit(spend), store.commit(spend)]);

  assert.deepEqual(outcomes, [true, false]);
  assert.equal(store.inbox.list(ALL).length, 1);
});

test("a fact that fails takes with it what it spent, charged and changed, also in memory; its neighbours stay", async () => {
  const { store, slot, now, spend } = await openStore();
  const account = store.accounts.find(slot.appid);
  assert.ok(account);
  const failing = (): void => {
    store.accounts.replace({ ...account, isCertified: false });
    store.people.setStance("zhang", slot.appid, { refuses: true });
    assert.equal(store.accounts.find(slot.appid)?.isCertified, false);
    assert.equal(store.people.findRecipient(slot.appid, slot.openid)?.refuses, true);
    spend();
    throw new Error("after all that");
  };

  const outcomes = await Promise.allSettled([
    store.commit(failing),
    store.commit(spend),
    store.commit(failing),
  ]);

  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "fulfilled", "rejected"],
  );
  assert.equal(store.accounts.find(slot.appid)?.isCertified, true);
  assert.equal(store.people.findRecipient(slot.appid, slot.openid)?.refuses, false);
  assert.deepEqual(
    store.inbox.list(ALL).map(({ id }) => id),
    [1],
  );
  assert.equal(store.ledger.find(slot, now)?.messageId, 1);
  assert.deepEqual(store.usage.count(slot.appid, SEND_PATH, now), { today: 1, thisMinute: 1 });
});

test("what was charged in a commit before everything was wiped away in it stays wiped away", async () => {
  const { store, slot, now, spend } = await openStore();

  await Promise.all([store.commit(spend), store.commit(() => store.clear())]);

  assert.deepEqual(store.usage.count(slot.appid, SEND_PATH, now), { today: 0, thisMinute: 0 });
  assert.equal(store.accounts.find(slot.appid), undefined);
  assert.equal(store.people.findRecipient(slot.appid, slot.openid), undefined);
});

test("charges are counted at once, of one commit and of several, each in its minute", async () => {
  const { store, slot, now } = await openStore();
  const { usage } = store;
  const charge = (at: number): void => usage.charge(slot.appid, SEND_PATH, at);
  const count = (at: number) => usage.count(slot.appid, SEND_PATH, at);

  const [within] = await Promise.all([
    store.commit(() => {
      charge(now);
      charge(now);
      return count(now);
    }),
    store.commit(() => {
      charge(now);
      charge(now + 60_000);
    }),
  ]);
  await store.commit(() => charge(now + 60_000));

  assert.deepEqual(within, { today: 2, thisMinute: 2 });
  assert.deepEqual(count(now + 60_000), { today: 5, thisMinute: 2 });
});
