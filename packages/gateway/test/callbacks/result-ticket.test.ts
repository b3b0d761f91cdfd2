import assert from "node:assert/strict";
import { test } from "node:test";
import { signResult, verifyResult } from "../../src/callbacks/result-ticket.ts";
import type { CallbackResult } from "../../src/callbacks/result-ticket.ts";

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const NOW = Date.UTC(2026, 0, 1);
const RESULT: CallbackResult = { outcome: "confirmed", linkId: "abcd0123456789" };

test("a ticket says what was signed, and goes through an address unchanged", () => {
  const ticket = signResult(RESULT, "abcd", [NEW], NOW);

  assert.deepEqual(verifyResult(ticket, "abcd", [NEW], NOW), RESULT);
  assert.equal(encodeURIComponent(ticket), ticket);
});

test("a refusal of an unknown link has a ticket too", () => {
  const refused: CallbackResult = { outcome: "nonce_used", linkId: "" };

  const ticket = signResult(refused, "abcd", [NEW], NOW);

  assert.deepEqual(verifyResult(ticket, "abcd", [NEW], NOW), refused);
});

test("a ticket is good for one account only", () => {
  const ticket = signResult(RESULT, "abcd", [NEW], NOW);

  assert.equal(verifyResult(ticket, "abce", [NEW], NOW), undefined);
});

test("after a rotation a ticket of the old key is still good, as long as the key is given", () => {
  const ticket = signResult(RESULT, "abcd", [OLD], NOW);

  assert.deepEqual(verifyResult(ticket, "abcd", [NEW, OLD], NOW), RESULT);
  assert.equal(verifyResult(ticket, "abcd", [NEW], NOW), undefined);
});

test("a ticket with any character changed is not ours", () => {
  const ticket = signResult(RESULT, "abcd", [NEW], NOW);
  // The last character of a MAC in base64url has four bits that mean nothing.
  for (let at = 0; at < ticket.length - 1; at += 1) {
    const changed = ticket[at] === "a" ? "b" : "a";
    const forged = `${ticket.slice(0, at)}${changed}${ticket.slice(at + 1)}`;

    assert.equal(verifyResult(forged, "abcd", [NEW], NOW), undefined, forged);
  }
});

test("what is no ticket at all is not ours", () => {
  for (const text of ["", "confirmed", "confirmed...", `confirmed..0.${"A".repeat(22)}`]) {
    assert.equal(verifyResult(text, "abcd", [NEW], NOW), undefined);
  }
});
