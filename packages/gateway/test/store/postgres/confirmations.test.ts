import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, APPID, BOB, LedgerScene, SCENE } from "../ledger-scene.ts";
import { makePostgresPlace } from "./postgres-places.ts";

/** So many, because it is chance that two transactions meet. */
const ASKINGS = Array.from({ length: 12 }, (_, index) => index + 1);

const ENGINE = { name: "PostgreSQL", isShared: true, makePlace: () => makePostgresPlace() };

test("a nonce that two processes use at once for two people is used by one of them", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  const other = await scene.openOther();
  const asking = 7;

  const outcomes = await Promise.all([
    scene.confirm(ANN, { asking }),
    other.confirm(scene.buildConfirmed(BOB, { asking }), scene.now),
  ]);

  const grants = [...(await scene.slot(ANN)), ...(await scene.slot(BOB))];
  assert.deepEqual(outcomes.map(({ kind }) => kind).toSorted(), ["recorded", "refused"]);
  assert.deepEqual(grants, ["available"]);
});

test("so it is where both people have confirmed before, or have declined with it", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  const other = await scene.openOther();
  await scene.confirm(ANN);
  await scene.confirm(BOB);
  const heard = [];

  for (const asking of ASKINGS) {
    if (asking % 2 === 0) await scene.decline({ asking });
    const outcomes = await Promise.all([
      scene.confirm(ANN, { asking }),
      other.confirm(scene.buildConfirmed(BOB, { asking }), scene.now),
    ]);
    heard.push(outcomes.map(({ kind }) => kind).toSorted());
  }

  assert.deepEqual(
    heard,
    ASKINGS.map(() => ["recorded", "refused"]),
  );
});

test("who declines while a nonce is used elsewhere does not make it new", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  const other = await scene.openOther();
  await scene.confirm(ANN);
  await scene.confirm(BOB);
  const again = [];

  for (const asking of ASKINGS) {
    await Promise.all([
      scene.decline({ asking }),
      other.confirm(scene.buildConfirmed(ANN, { asking }), scene.now),
    ]);
    again.push((await scene.confirm(BOB, { asking })).kind);
  }

  assert.deepEqual(
    again,
    ASKINGS.map(() => "refused"),
  );
});

test("a key under which two processes accept for two people at once is of one of them", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  const other = await scene.openOther();
  const outcomes = [];

  for (const asking of ASKINGS) {
    await scene.confirm(ANN);
    await scene.confirm(BOB);
    const [key, ofAnn, ofBob] = [`k${asking}`, `a${asking}`, `b${asking}`];
    const both = await Promise.all([
      scene.accept(ofAnn, ANN, { idempotency: { key, bodyHash: "ann" } }),
      other.accept(scene.buildAcceptance(ofBob, BOB, { idempotency: { key, bodyHash: "bob" } })),
    ]);
    outcomes.push(both.map(({ kind }) => kind).toSorted());
    for (const messageId of [ofAnn, ofBob]) await scene.store.cancel(APPID, messageId, scene.now);
  }

  assert.deepEqual(
    outcomes,
    ASKINGS.map(() => ["accepted", "key_reused"]),
  );
});

test("somebody new who is heard by two processes at once has one grant, and was heard twice", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  const other = await scene.openOther();

  await Promise.all([scene.confirm(ANN), other.confirm(scene.buildConfirmed(ANN), scene.now)]);

  const report = await scene.store.findSlot({ appid: APPID, openid: ANN, scene: SCENE });
  assert.deepEqual(await scene.slot(ANN), ["available"]);
  assert.deepEqual(report.confirmations.map(({ effect }) => effect).toSorted(), [
    "opened",
    "renewed",
  ]);
});

test("people who confirm together are recorded, also beside one who has confirmed before", async () => {
  await using scene = await LedgerScene.open(ENGINE);
  await scene.confirm(ANN);

  const outcomes = await Promise.all([scene.confirm(BOB), scene.confirm(ANN)]);

  assert.deepEqual(
    outcomes.map((outcome) => outcome.kind === "recorded" && outcome.effect),
    ["opened", "renewed"],
  );
  assert.deepEqual(await scene.eventTypes(), ["grant.opened", "grant.opened", "grant.renewed"]);
});
