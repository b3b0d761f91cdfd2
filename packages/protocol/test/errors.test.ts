import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ArgumentError,
  ConfigError,
  ERROR_CODES,
  StoreError,
  TransportError,
  YiciError,
} from "@yici/protocol";

test("an error keeps its code, its name and the original as cause", () => {
  const cause = new Error("socket hang up");

  const error = new TransportError("the send got no answer", { cause, mayHaveBeenProcessed: true });

  assert.ok(error instanceof YiciError);
  assert.equal(error.name, "TransportError");
  assert.equal(error.code, "YICI_TRANSPORT_FAILED");
  assert.equal(error.cause, cause);
  assert.equal(error.mayHaveBeenProcessed, true);
});

test("a store's error says whether the commit may have happened", () => {
  const error = new StoreError("disk full", { isCommitUnknown: false });

  assert.equal(error.code, "YICI_STORE_FAILED");
  assert.equal(error.isCommitUnknown, false);
});

test("a configuration's error lists every mistake", () => {
  const issues = [
    { name: "YICI_PUBLIC_PORT", problem: "must be a port" },
    { name: "YICI_SECRET_KEYS", problem: "is missing" },
  ];

  const error = new ConfigError(issues);

  assert.deepEqual(error.issues, issues);
  assert.equal(error.message, "YICI_PUBLIC_PORT: must be a port; YICI_SECRET_KEYS: is missing");
});

test("a caller's mistake is a RangeError with a code", () => {
  const error = new ArgumentError("YICI_KEY_INVALID", "a signing key needs at least 16 bytes");

  assert.ok(error instanceof RangeError);
  assert.equal(error.code, "YICI_KEY_INVALID");
});

test("every code is explained in Chinese and in English", () => {
  for (const [code, meaning] of Object.entries(ERROR_CODES)) {
    assert.match(code, /^YICI_[A-Z_]+$/);
    assert.match(meaning.zh, /\p{Script=Han}/u, code);
    assert.match(meaning.en, /^[\x20-\x7e]+\.$/, code);
  }
});

test("every error's code is in the table", () => {
  const errors = [
    new TransportError("", { mayHaveBeenProcessed: false }),
    new StoreError("", { isCommitUnknown: true }),
    new ConfigError([]),
  ];

  for (const { code } of errors) assert.ok(Object.hasOwn(ERROR_CODES, code), code);
});
