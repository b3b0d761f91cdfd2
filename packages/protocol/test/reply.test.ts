import assert from "node:assert/strict";
import { test } from "node:test";
import { buildErrmsg, buildReply, buildRid, isRid, parseReply } from "@yici/protocol";
import * as fc from "fast-check";
import { anyText } from "./arbitraries.ts";

test("whatever is built is read back unchanged", () => {
  fc.assert(
    fc.property(fc.integer(), fc.string({ unit: "grapheme" }), (errcode, errmsg) => {
      assert.deepEqual(parseReply(buildReply(errcode, errmsg)), {
        kind: "answered",
        errcode,
        errmsg,
      });
    }),
  );
});

test("a rid that was put into the text is found again", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.constantFrom(" " as const, ", " as const),
      (seconds, random, separator) => {
        const rid = buildRid(seconds * 1_000, random);
        const errmsg = buildErrmsg("invalid openid", rid, separator);

        assert.match(rid, /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
        assert.equal(isRid(rid), true);
        assert.equal(isRid(errmsg), false);
        assert.deepEqual(parseReply(buildReply(40003, errmsg)), {
          kind: "answered",
          errcode: 40003,
          errmsg,
          rid,
        });
      },
    ),
  );
});

test("a rid begins with the second, so that it tells when the call was made", () => {
  const at = Date.UTC(2021, 2, 19, 5, 17, 51, 999);

  assert.equal(buildRid(at, Buffer.from("76bfc22c2fb75ddf", "hex")), "605433ff-76bfc22c-2fb75ddf");
});

test("a rid takes exactly eight random bytes", () => {
  assert.throws(() => buildRid(0, new Uint8Array(7)), {
    name: "ArgumentError",
    code: "YICI_RANDOM_INVALID",
  });
});

test("a reply is compact JSON", () => {
  assert.equal(buildReply(0, "ok"), '{"errcode":0,"errmsg":"ok"}');
  assert.equal(
    buildReply(43101, buildErrmsg("user refuse to accept the msg", "68c8d463-2e71771d-3c705bc4")),
    '{"errcode":43101,"errmsg":"user refuse to accept the msg rid: 68c8d463-2e71771d-3c705bc4"}',
  );
});

test("the errcode decides, so a reply without text is still an answer", () => {
  assert.deepEqual(parseReply('{"errcode":43101}'), {
    kind: "answered",
    errcode: 43101,
    errmsg: "",
  });
  assert.deepEqual(parseReply('{"errcode":0,"errmsg":null}'), {
    kind: "answered",
    errcode: 0,
    errmsg: "",
  });
});

test("anything without an integer errcode is unreadable", () => {
  for (const body of [
    "",
    "ok",
    "<html><body>502 Bad Gateway</body></html>",
    "{}",
    "[]",
    "null",
    '{"errcode":"0","errmsg":"ok"}',
    '{"errcode":0.5}',
    '{"errcode":1e400}',
    '{"errcode":0,"errm',
    '{"access_token":"ACCESS_TOKEN","expires_in":7200}',
  ]) {
    assert.deepEqual(parseReply(body), { kind: "unreadable" }, body);
  }
});

test("reading a reply never throws, whatever the text", () => {
  fc.assert(fc.property(fc.oneof(anyText, fc.json()), (body) => void parseReply(body)));
});
