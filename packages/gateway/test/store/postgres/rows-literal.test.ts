import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ANN, APPID, LedgerScene } from "../ledger-scene.ts";
import { makePostgresPlace } from "./postgres-places.ts";

test("texts come back as they were given, whatever stands in them", async () => {
  const makePlace = () => makePostgresPlace();
  await using scene = await LedgerScene.open({ name: "PostgreSQL", makePlace });
  let count = 0;

  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), awkward, async (title, content) => {
      const messageId = `m${(count += 1)}`;
      const asked = { title: clean(title), content: clean(content) };
      const idempotency = { key: `${messageId} ${asked.content}`, bodyHash: `'"\\${messageId}` };
      const parts = { content: asked, principal: asked.content, idempotency };

      await scene.accept(messageId, ANN, { ...parts, whenNoGrant: "wait" });

      const report = await scene.store.findMessage(APPID, messageId);
      const again = await scene.accept("unused", ANN, parts);
      await scene.store.cancel(APPID, messageId, scene.now);
      assert.deepEqual(report?.message.content, asked);
      assert.equal(report.message.principal, asked.content);
      assert.equal(again.kind, "repeated");
    }),
    { seed: 20_261_122, numRuns: 60 },
  );
});

/** What means something to SQL, to its arrays, to its rows, or to JSON. */
const awkward = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      "\\",
      "{",
      "}",
      "(",
      ")",
      ",",
      "NULL",
      "$$",
      "$",
      "$y$",
      "$y",
      "\n",
      "\t",
      " ",
      "中",
      "🎉",
    ),
  )
  .map((parts) => parts.join(""));

/** PostgreSQL has no zero bytes, and no halves of characters. */
function clean(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
