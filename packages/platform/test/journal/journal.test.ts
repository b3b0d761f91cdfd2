import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRid, parseAppId, parseOpenId, parseScene } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import type { JournalEntry } from "../../src/journal/journal-entry.ts";
import { LIMITS } from "../../src/limits.ts";
import { PlatformStore } from "../../src/store/platform-store.ts";

const START = Date.UTC(2026, 0, 1);

/** A call of a second of its own. */
function makeEntry(second: number): Omit<JournalEntry, "id"> & { readonly id: undefined } {
  const at = START + second * 1_000;
  return {
    kind: "call",
    at,
    appid: undefined,
    method: "GET",
    endpoint: "/cgi-bin/token",
    openid: undefined,
    scene: undefined,
    token: undefined,
    errcode: 40013,
    errmsg: "invalid appid",
    id: undefined,
    rid: makeRid(second),
    why: undefined,
    fault: undefined,
    transcript: { clientIp: "127.0.0.1", tookMs: 1, query: "appid=x", body: "", reply: "{}" },
  };
}

function makeRid(second: number): string {
  return buildRid(START + second * 1_000, Buffer.alloc(8, second % 251));
}

test("beyond the limit nothing is told any more, though its message may still be on the phone", async (t) => {
  const world = createManualWorld();
  const store = PlatformStore.open(":memory:", world);
  t.after(() => store.close());
  const [appid, openid, scene] = [
    parseAppId("wx0123456789abcdef"),
    parseOpenId("o0123456789abcdefghijklmnopq"),
    parseScene(7),
  ];
  assert.ok(appid && openid && scene !== undefined);
  const slot = { appid, openid, scene };
  const said = {
    title: "订阅通知",
    content: "",
    color: "",
    url: undefined,
    miniprogram: undefined,
  };
  const call = { token: "0123abcd", rid: makeRid(0) };
  const all = { appid: undefined, after: 0, limit: 2 };

  await store.commit(() => {
    store.inbox.add({ person: "li", ...slot, placement: "chat", ...said, ...call }, START);
    for (let second = 1; second < LIMITS.journalMax; second += 1) {
      store.journal.add(makeEntry(second));
    }
  });
  const before = store.journal.list(all).map(({ id }) => id);
  await store.commit(() => store.journal.add(makeEntry(LIMITS.journalMax)));

  assert.deepEqual(before, [1, 2]);
  assert.deepEqual(
    store.journal.list(all).map(({ id }) => id),
    [2, 3],
  );
  assert.equal(store.inbox.list({ ...all, person: "li" }).length, 1);
});

test("of many refusals the newest are kept word for word, and of those before them a line each", async (t) => {
  const world = createManualWorld();
  const store = PlatformStore.open(":memory:", world);
  t.after(() => store.close());
  const count = LIMITS.transcriptsMax + 2_000;

  await store.commit(() => {
    for (let second = 0; second < count; second += 1) store.journal.add(makeEntry(second));
  });

  const kept = [0, 1_999, 2_000, count - 1].map(
    (second) => store.journal.findRefused(makeRid(second))?.transcript?.query,
  );
  assert.deepEqual(kept, [undefined, undefined, "appid=x", "appid=x"]);
  const [oldest] = store.journal.list({ appid: undefined, after: 0, limit: 1 });
  assert.deepEqual([oldest?.rid, oldest?.transcript], [makeRid(0), undefined]);
});
