import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreError } from "@yici/protocol";
import type { OpenId } from "@yici/protocol";
import { createManualWorld, DatabaseError } from "@yici/runtime";
import postgres from "postgres";
import { type CutProxy, openCutProxy } from "../../../../../tools/postgres/cut-proxy.ts";
import type { AcceptOutcome } from "../../../src/store/ledger.ts";
import { PostgresStore } from "../../../src/store/postgres/postgres-store.ts";
import { ANN, APPID, BOB, known, LedgerScene } from "../ledger-scene.ts";
import { makePostgresPlace, type PostgresPlace } from "./postgres-places.ts";

const KEYED = { idempotency: { key: "k", bodyHash: "b" } };

/** A scene whose store reaches its server by a road that can be cut, and an undisturbed one beside it. */
interface CutScene extends AsyncDisposable {
  readonly scene: LedgerScene;
  readonly proxy: CutProxy;
  acceptByProxy(messageId: string, openid: OpenId): Promise<AcceptOutcome>;
}

async function openCutScene(): Promise<CutScene> {
  const place = makePostgresPlace();
  const scene = await LedgerScene.open({ name: "PostgreSQL", makePlace: () => place });
  const proxy = await openCutProxy(await place.url());
  const { world } = scene;
  const store = await PostgresStore.open({ url: proxy.url, clock: "caller", world });
  return {
    scene,
    proxy,
    acceptByProxy: (messageId, openid) =>
      store.accept(scene.buildAcceptance(messageId, openid, KEYED)),
    async [Symbol.asyncDispose]() {
      await store.close();
      await proxy.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<StoreError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StoreError, String(error));
  return error;
}

test("when the connection breaks after COMMIT was sent, nobody says whether it happened; asking again finds out", async () => {
  await using cut = await openCutScene();
  await cut.scene.confirm(ANN);
  const isCut = cut.proxy.cutAfter(/= 0; COMMIT/);

  const error = await failureOf(cut.acceptByProxy("m1", ANN));
  await isCut;
  const again = await cut.acceptByProxy("m1", ANN);

  assert.equal(error.isCommitUnknown, true);
  assert.equal(again.kind, "repeated");
  assert.deepEqual(await cut.scene.slot(ANN), ["held"]);
});

test("when the connection breaks before COMMIT was sent, nothing was written, and everybody knows", async () => {
  await using cut = await openCutScene();
  await cut.scene.confirm(ANN);
  const isCut = cut.proxy.cutAfter(/yici_load/);

  const error = await failureOf(cut.acceptByProxy("m1", ANN));
  await isCut;
  const before = await cut.scene.slot(ANN);
  const again = await cut.acceptByProxy("m1", ANN);

  assert.equal(error.isCommitUnknown, false);
  assert.deepEqual(before, ["available"]);
  assert.equal(again.kind, "accepted");
});

test("while the server cannot be reached facts fail and nothing is unknown; afterwards they are written", async () => {
  await using cut = await openCutScene();
  await cut.scene.confirm(ANN);
  await cut.scene.confirm(BOB);
  await cut.acceptByProxy("m1", BOB);

  cut.proxy.setDown(true);
  const error = await failureOf(cut.acceptByProxy("m2", ANN));
  cut.proxy.setDown(false);
  const again = await cut.scene.accept("m2", ANN);

  assert.equal(error.isCommitUnknown, false);
  assert.equal(again.kind, "accepted");
});

test("facts that the database refuses are found among many, and fail alone", async () => {
  const makePlace = makePostgresPlace;
  await using scene = await LedgerScene.open({ name: "PostgreSQL", makePlace });
  const people = Array.from({ length: 40 }, (_, index) => `oPerson${index}` as OpenId);
  await Promise.all(people.map((openid) => scene.confirm(openid)));
  const taken = new Set([3, 17, 18, 39]);
  for (const index of taken) await scene.accept(`m${index}`, BOB, { whenNoGrant: "wait" });

  const outcomes = await Promise.allSettled(
    people.map((openid, index) => scene.accept(`m${index}`, openid)),
  );

  const refused = outcomes.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
  assert.deepEqual(refused, [...taken]);
  const free = await Promise.all([...taken].map((index) => scene.slot(known(people[index]))));
  assert.deepEqual(free, [["available"], ["available"], ["available"], ["available"]]);
  const numbers = (await scene.store.listEvents(APPID, 0, 200)).map(({ number }) => number);
  assert.deepEqual(
    numbers,
    Array.from({ length: 40 + 4 + 36 }, (_, index) => index + 1),
  );
});

test("of twenty processes that start on an empty database at once, one migrates it and all begin", async () => {
  const place = makePostgresPlace();
  const worlds = Array.from({ length: 20 }, () => createManualWorld());

  const stores = await Promise.all(worlds.map((world) => place.open(world)));

  const versions = await queryPlace(place, "SELECT version FROM migrations");
  await Promise.all(stores.map((store) => store.close()));
  await place.drop();
  assert.deepEqual(
    versions.map(({ version }) => version),
    [1],
  );
});

test("a database that a newer program has migrated is refused", async () => {
  const place = makePostgresPlace();
  const world = createManualWorld();
  await (await place.open(world)).close();
  await queryPlace(place, "INSERT INTO migrations VALUES (999, 'of the future', 0)");

  const error = await place.open(world).catch((reason: unknown) => reason);

  await queryPlace(place, "DELETE FROM migrations WHERE version = 999");
  await place.drop();
  assert.ok(error instanceof DatabaseError);
  assert.equal(error.code, "YICI_DATABASE_TOO_NEW");
});

test("a server that nobody reaches is named as such, and the password is not", async () => {
  const url = "postgres://yici:canary@127.0.0.1:9/yici";

  const opening = PostgresStore.open({ url, world: createManualWorld() });

  await assert.rejects(opening, (error: unknown) => {
    assert.ok(error instanceof DatabaseError);
    assert.equal(error.code, "YICI_DATABASE_UNUSABLE");
    assert.doesNotMatch(JSON.stringify([error.message, error.stack, error.cause]), /canary/);
    return true;
  });
});

async function queryPlace(
  place: PostgresPlace,
  statement: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const sql = postgres(await place.url(), { max: 1 });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
