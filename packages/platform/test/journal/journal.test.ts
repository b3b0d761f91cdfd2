import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRid } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import type { JournalEntry } from "../../src/journal/journal-entry.ts";
import { LIMITS } from "../../src/limits.ts";
import { PlatformStore } from "../../src/store/platform-store.ts";

const START = Date.UTC(2026, 0, 1);

/** A call of a second of its own. */
function makeEntry(second: number): Omit<JournalEntry, "id"> {
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
    rid: makeRid(second),
    why: undefined,
    fault: undefined,
    transcript: { clientIp: "127.0.0.1", tookMs: 1, query: "appid=x", body: "", reply: "{}" },
  };
}

function makeRid(second: number): string {
  return buildRid(START + second * 1_000, Buffer.alloc(8, second % 251));
}

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
