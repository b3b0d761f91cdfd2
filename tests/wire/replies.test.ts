import assert from "node:assert/strict";
import { test } from "node:test";
import { buildErrmsg, buildReply, buildRid, findErrcode, parseReply } from "@yici/protocol";
import { must } from "./must.ts";
import file from "./vectors/replies.json" with { type: "json" };

for (const { name, body, errcode, errmsg, rid } of file.vectors) {
  test(`a reply is read: ${name}`, () => {
    const expected = { kind: "answered", errcode, errmsg };

    assert.deepEqual(parseReply(body), rid === undefined ? expected : { ...expected, rid });
  });

  test(`a reply's text begins with the one the table of errcodes has: ${name}`, () => {
    assert.ok(errmsg.startsWith(must(findErrcode(errcode)).errmsg));
  });
}

for (const { name, body, errcode, text, separator, rid } of file.vectors) {
  if (text === undefined) continue;

  test(`a reply is built: ${name}`, () => {
    const built = buildReply(errcode, buildErrmsg(text, rid, separator === ", " ? ", " : " "));

    assert.equal(built, body);
  });
}

for (const { name, rid, rid_day, made_at, random } of file.vectors) {
  if (rid === undefined) continue;

  test(`a rid begins with the second of the call: ${name}`, () => {
    const second = Number.parseInt(rid.slice(0, 8), 16);

    assert.equal(new Date(second * 1_000).toISOString().slice(0, 10), rid_day);
  });

  if (made_at === undefined) continue;

  test(`a rid is built: ${name}`, () => {
    assert.equal(buildRid(made_at, Buffer.from(random, "hex")), rid);
  });
}
