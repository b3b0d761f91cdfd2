import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import {
  issueAccountCode,
  issueKeyId,
  issueLinkId,
  issueMessageId,
  issueNonce,
  issueSecretText,
} from "../src/ids.ts";

test("ids carry the account's code where the account matters", () => {
  const world = createManualWorld();

  assert.match(issueAccountCode(world), /^[a-z0-9]{4}$/);
  assert.match(issueMessageId("ab12", world), /^msg_ab12[a-z0-9]{20}$/);
  assert.match(issueLinkId("ab12", world), /^ab12[a-z0-9]{10}$/);
  assert.match(issueKeyId(world), /^key_[a-z0-9]{12}$/);
  assert.match(issueSecretText(world), /^[0-9A-Za-z]{32}$/);
});

test("a later message of an account has the greater id", async () => {
  const world = createManualWorld();
  const ids: string[] = [];
  for (const ms of [1, 34, 35, 36, 1_000_000, 86_400_000 * 365 * 30]) {
    await world.advance(ms);
    ids.push(issueMessageId("ab12", world));
  }

  assert.deepEqual(ids.toSorted(), ids);
});

test("a later nonce is the greater one, and 80 bits of it are chance", async () => {
  const world = createManualWorld();
  const first = issueNonce(world);
  const atOnce = issueNonce(world);
  await world.advance(86_400_000 * 365 * 30);
  const later = issueNonce(world);

  assert.match(later, /^[0-9a-f]{32}$/);
  assert.equal(atOnce.slice(0, 12), first.slice(0, 12));
  assert.notEqual(atOnce.slice(12), first.slice(12));
  assert.ok(later > first && later > atOnce);
});

test("bytes that would make some characters likelier than others are thrown away", () => {
  const draws = [255, 248, 247];
  const randomBytes = (size: number): Buffer => Buffer.alloc(size, draws.shift());

  const text = issueSecretText({ randomBytes });

  assert.equal(text, "Z".repeat(32));
});

test("ids do not repeat within a millisecond", () => {
  const world = createManualWorld();
  const ids = Array.from({ length: 10_000 }, () => issueMessageId("ab12", world));

  assert.equal(new Set(ids).size, ids.length);
});
