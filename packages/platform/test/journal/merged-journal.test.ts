import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRid, parseAppId, parseOpenId, parseScene, SEND_PATH } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import * as fc from "fast-check";
import type { JournalEntry } from "../../src/journal/journal-entry.ts";
import { LIMITS } from "../../src/limits.ts";
import { readSnapshot } from "../../src/snapshots/read-snapshot.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import { PlatformStore } from "../../src/store/platform-store.ts";

// A message that a call put on a phone is that call's entry: the journal is told out of two tables, and nobody should notice.

const APPIDS = ["wx0123456789abcdef", "wxfedcba9876543210"] as const;
const KINDS = ["delivered", "delivered though struck", "refused", "pushed"] as const;
type Kind = (typeof KINDS)[number];

/** What is written, and in between what makes memory begin anew. */
const Deed = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constantFrom(...KINDS), appid: fc.constantFrom(...APPIDS) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("undone", "restored", "wiped") }) },
);
type Deed = typeof Deed extends fc.Arbitrary<infer Value> ? Value : never;

/** What the journal should tell, but for its id. */
type Told = Omit<JournalEntry, "id">;

/** No two are alike in anything that could be taken for another's. */
function tell(number: number, kind: Kind, appid: string): Told {
  const at = number * 1_000;
  const common = {
    at,
    appid: parseAppId(appid),
    method: "POST",
    openid: parseOpenId(`o${String(number).padStart(27, "x")}`),
    rid: buildRid(at, Buffer.alloc(8, number)),
    why: undefined,
    fault: undefined,
    transcript: undefined,
  };
  const taken = { errcode: 0, errmsg: "ok" };
  const call = {
    ...common,
    kind: "call",
    endpoint: SEND_PATH,
    scene: number,
    token: number.toString(16).padStart(8, "0"),
  } as const;
  switch (kind) {
    case "delivered":
      return { ...call, ...taken };
    case "delivered though struck":
      return { ...call, ...taken, fault: "reset, processed" };
    case "refused":
      return { ...call, errcode: 43101, errmsg: "user refuse to accept the msg", ...REFUSED };
    case "pushed": {
      const push = {
        kind: "push",
        endpoint: "a_push",
        scene: undefined,
        token: undefined,
      } as const;
      return { ...common, ...push, ...taken };
    }
  }
}

const REFUSED = {
  why: { zh: "没有授权", en: "There is no grant." },
  transcript: { clientIp: "127.0.0.1", tookMs: 1, query: "", body: "", reply: "{}" },
};

function isDelivered({ kind, errcode }: Told): boolean {
  return kind === "call" && errcode === 0;
}

/** Writes it as a call does, or a push: a delivery's message, and an entry beside it only where there is more to tell. */
function write({ inbox, journal }: PlatformStore, told: Told): void {
  const id = isDelivered(told) ? inbox.add(makeMessage(told), told.at) : undefined;
  if (id === undefined || told.fault !== undefined) journal.add({ ...told, id });
}

function makeMessage({ appid, token, rid, ...told }: Told) {
  const [openid, scene] = [parseOpenId(told.openid ?? ""), parseScene(told.scene ?? -1)];
  assert.ok(appid && openid && scene !== undefined && token !== undefined);
  const said = {
    title: "订阅通知",
    content: "",
    color: "",
    url: undefined,
    miniprogram: undefined,
  };
  return { person: "li", appid, openid, scene, placement: "chat", ...said, token, rid } as const;
}

function openStore(): PlatformStore {
  return PlatformStore.open(":memory:", createManualWorld());
}

/** Does it all and answers what is to be told. */
async function play(store: PlatformStore, deeds: readonly Deed[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [number, deed] of deeds.entries()) {
    switch (deed.kind) {
      case "wiped":
        await store.commit(() => store.clear());
        told.length = 0;
        break;
      case "restored":
        await restore(store, (tables) => tables);
        break;
      case "undone":
        await assert.rejects(store.commit(() => writeInVain(store, number)));
        break;
      default: {
        const one = tell(number, deed.kind, deed.appid);
        await store.commit(() => write(store, one));
        told.push(one);
      }
    }
  }
  return told;
}

function writeInVain(store: PlatformStore, number: number): never {
  write(store, tell(number, "delivered", APPIDS[0]));
  throw new Error("after all that");
}

type Tables = ReturnType<PlatformStore["takeSnapshot"]>["tables"];

/** Puts a snapshot of what is there, changed or not, in the place of what is there. */
async function restore(store: PlatformStore, change: (tables: Tables) => Tables): Promise<void> {
  const snapshot = store.takeSnapshot(0);
  const changed = { ...snapshot, tables: change(snapshot.tables) };
  const good = readSnapshot(changed, MIGRATIONS, createManualWorld());
  await store.commit(() => store.restore(good));
}

const DEEDS_MAX = 14;

/** Page after page from one end to the other, each from where the one before it ended; no more than there can be. */
function readPages(turn: (from: number | undefined) => readonly JournalEntry[]): JournalEntry[] {
  const entries: JournalEntry[] = [];
  let page = turn(undefined);
  while (page.length > 0 && entries.length <= DEEDS_MAX) {
    entries.push(...page);
    page = turn(entries.at(-1)?.id);
  }
  return entries;
}

const ALL = { person: undefined, appid: undefined, after: 0, limit: 1_000 };

test("deliveries, refusals and pushes are told in the order in which they happened, each once and whole, on pages of any size", async () => {
  const question = fc.record({
    appid: fc.constantFrom(undefined, ...APPIDS),
    limit: fc.integer({ min: 1, max: 4 }),
  });

  await fc.assert(
    fc.asyncProperty(
      fc.array(Deed, { maxLength: DEEDS_MAX }),
      question,
      async (deeds, { appid, limit }) => {
        const store = openStore();
        const { journal, inbox } = store;

        const told = (await play(store, deeds)).filter((one) => one.appid === (appid ?? one.appid));
        const onward = readPages((after = 0) => journal.list({ appid, after, limit }));
        const backward = readPages((before) => journal.listBefore({ appid, before, limit }));
        const newest = journal.list({ appid, after: undefined, limit });
        const found = told.map(({ rid }) => journal.findRefused(rid)?.rid);
        const messages = inbox.list({ ...ALL, appid });
        store.close();

        assert.deepEqual(
          onward,
          told.map((one, index) => ({ id: onward[index]?.id, ...one })),
        );
        assert.deepEqual(backward.toReversed(), onward);
        assert.deepEqual(newest, onward.slice(-limit));
        assert.deepEqual(
          found,
          told.map(({ rid, transcript }) => transcript && rid),
        );
        assert.deepEqual(
          messages.map(({ id, openid, receivedAt }) => [id, openid, receivedAt]),
          onward.filter(isDelivered).map(({ id, openid, at }) => [id, openid, at]),
        );
      },
    ),
    { numRuns: 200 },
  );
});

/** The ids of a table's rows, in the order of a snapshot. */
function listIds(store: PlatformStore, table: string): readonly unknown[] {
  const { columns = [], rows = [] } = store.takeSnapshot(0).tables[table] ?? {};
  return rows.map((row) => row[columns.indexOf("id")]);
}

/** Gives the rows of a table other ids, as if so many had been taken. */
function restoreWithIds(store: PlatformStore, table: string, ids: readonly number[]) {
  return restore(store, (tables) => {
    const { columns, rows } = tables[table] ?? { columns: [], rows: [] };
    const place = columns.indexOf("id");
    const moved = ids.map((id, index) => (rows[index] ?? []).with(place, id));
    return { ...tables, [table]: { columns, rows: moved } };
  });
}

for (const [table, kind, max] of [
  ["messages", "delivered", LIMITS.messagesMax],
  ["journal", "refused", LIMITS.journalMax],
] as const) {
  test(`of ${table} beyond the limit the oldest are removed, and no others, also where ids began anew`, async (t) => {
    const store = openStore();
    t.after(() => store.close());
    const add = (number: number) => store.commit(() => write(store, tell(number, kind, APPIDS[0])));
    for (const number of [1, 2, 3]) await add(number);

    await restoreWithIds(store, table, [1, 7 * max, 7 * max + 1]);
    await add(4);
    const late = listIds(store, table);
    await restoreWithIds(store, table, [1, 600, max + 500]);
    await add(5);

    assert.deepEqual(late, [7 * max, 7 * max + 1, 7 * max + 2]);
    assert.deepEqual(listIds(store, table), [600, max + 500, max + 501]);
  });
}

test("a refusal that the journal no longer tells of is not found by its rid either", async (t) => {
  const store = openStore();
  t.after(() => store.close());
  const refused = tell(1, "refused", APPIDS[0]);
  await store.commit(() => write(store, refused));
  await store.commit(() => write(store, tell(2, "delivered", APPIDS[0])));
  const find = () => [...store.journal.list(ALL), store.journal.findRefused(refused.rid)];

  await restoreWithIds(store, "messages", [LIMITS.journalMax]);
  const before = find();
  await restoreWithIds(store, "messages", [LIMITS.journalMax + 1]);
  const after = find();

  assert.deepEqual(
    [before, after].map((entries) => entries.map((entry) => entry?.rid === refused.rid)),
    [
      [true, false, true],
      [false, false],
    ],
  );
});
