import assert from "node:assert/strict";
import { test } from "node:test";
import { ANN, APPID, BOB, LedgerScene, SCENE } from "../ledger-scene.ts";
import { makePostgresPlace } from "./postgres-places.ts";

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
