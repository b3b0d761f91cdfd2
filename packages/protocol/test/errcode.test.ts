import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fault } from "@yici/protocol";
import { ERRCODES, findErrcode, judgeErrcode } from "@yici/protocol";
import * as fc from "fast-check";

/** Rule 8 of the design, row by row. */
const BLAMED_IN_A_SEND: Readonly<Record<Exclude<Fault, "platform">, readonly number[]>> = {
  token: [40001, 40014, 42001],
  grant: [43101],
  recipient: [40003, 49003, 43019, 48002],
  message: [40062, 45002, 47003, 45082, 40013, 40165, 40166],
  account: [
    40036, 40037, 40164, 40243, 43003, 45009, 45011, 48001, 48004, 50002, 61003, 61007, 89501,
    89503, 89506, 89507,
  ],
};

const BLAMED_IN_A_TOKEN_CALL: Readonly<Partial<Record<Fault, readonly number[]>>> = {
  account: [
    40001, 40002, 40013, 40125, 40164, 40243, 41002, 41004, 43001, 43002, 43003, 45009, 45011,
    50004, 50007, 89501, 89503, 89506, 89507,
  ],
};

/** Every code that the facts name for the send, the token calls, their diagnostics and third-party platforms. */
const KNOWN = [
  -1, 0, 40001, 40002, 40003, 40013, 40014, 40029, 40036, 40037, 40039, 40048, 40062, 40066, 40097,
  40125, 40163, 40164, 40165, 40166, 40201, 40202, 40203, 40226, 40243, 40249, 40250, 40251, 40252,
  41001, 41002, 41004, 41008, 41009, 41018, 41028, 41030, 42001, 42003, 43001, 43002, 43003, 43004,
  43019, 43101, 43116, 44002, 45002, 45003, 45009, 45011, 45035, 45082, 47001, 47002, 47003, 48001,
  48002, 48004, 48006, 48008, 48017, 49003, 50002, 50004, 50005, 50007, 61003, 61004, 61005, 61006,
  61007, 61023, 76001, 76002, 76003, 76004, 76021, 76022, 89501, 89503, 89506, 89507, 200013,
];

test("every errcode of the facts is in the table, once, in ascending order", () => {
  assert.deepEqual(
    ERRCODES.map(({ errcode }) => errcode),
    KNOWN,
  );
});

test("every errcode has a meaning in Chinese and in English, and a page it comes from", () => {
  for (const { errcode, meaning, source } of ERRCODES) {
    assert.match(meaning.zh, /\p{Script=Han}/u, String(errcode));
    assert.match(meaning.en, /^[\x20-\x7e]+\.$/, String(errcode));
    assert.match(
      source,
      /^https:\/\/developers\.weixin\.qq\.com\/(doc|community)\//,
      String(errcode),
    );
  }
});

test("no text carries the changing parts of a real reply", () => {
  for (const { errcode, errmsg } of ERRCODES) {
    assert.doesNotMatch(errmsg, /rid:|hint|\d+\.\d+\.\d+/, String(errcode));
  }
});

for (const [fault, errcodes] of Object.entries(BLAMED_IN_A_SEND)) {
  test(`in a send the ${fault} is to blame for ${errcodes.join(", ")}`, () => {
    for (const errcode of errcodes) {
      assert.deepEqual(judgeErrcode(errcode, "send"), { kind: "refused", fault }, String(errcode));
    }
  });
}

for (const [fault, errcodes] of Object.entries(BLAMED_IN_A_TOKEN_CALL)) {
  test(`in a token call the ${fault} is to blame for ${errcodes.join(", ")}`, () => {
    for (const errcode of errcodes) {
      assert.deepEqual(judgeErrcode(errcode, "token"), { kind: "refused", fault }, String(errcode));
    }
  });
}

test("0 is done, at both endpoints", () => {
  assert.deepEqual(judgeErrcode(0, "send"), { kind: "ok" });
  assert.deepEqual(judgeErrcode(0, "token"), { kind: "ok" });
});

test("-1 is doubtful: busy does not say that nothing was done", () => {
  assert.deepEqual(judgeErrcode(-1, "send"), { kind: "doubtful" });
  assert.deepEqual(judgeErrcode(-1, "token"), { kind: "doubtful" });
});

test("an errcode nobody has described is doubtful, never a refusal", () => {
  const known = new Set(KNOWN);

  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom("send" as const, "token" as const),
      (errcode, endpoint) => {
        fc.pre(!known.has(errcode));

        assert.equal(findErrcode(errcode), undefined);
        assert.deepEqual(judgeErrcode(errcode, endpoint), { kind: "doubtful" });
      },
    ),
  );
});

test("an errcode of another interface is doubtful: it proves nothing here", () => {
  assert.deepEqual(judgeErrcode(76001, "send"), { kind: "doubtful" });
  assert.deepEqual(judgeErrcode(40125, "send"), { kind: "doubtful" });
  assert.deepEqual(judgeErrcode(43101, "token"), { kind: "doubtful" });
  assert.deepEqual(judgeErrcode(40014, "token"), { kind: "doubtful" });
});

test("an errcode is found with its text and its evidence", () => {
  const fact = findErrcode(43101);

  assert.equal(fact?.errmsg, "user refuse to accept the msg");
  assert.equal(fact.fault, "grant");
  assert.equal(findErrcode(40062)?.evidence, "D2");
});
