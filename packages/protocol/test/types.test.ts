/**
 * A test of the compiler: each line under an `@ts-expect-error` must not compile, and the type check fails when one does.
 * Running it shows only that the lines exist.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  ArgumentErrorCode,
  CallbackParameters,
  ConfirmedCallback,
  DeclinedCallback,
  RefusedCallback,
  Scene,
} from "@yici/protocol";
import { ERROR_CODES, parseCallback, verifyCallback } from "@yici/protocol";
import { APPID, OPENID, SCENE, TEMPLATE_ID } from "./official-sample.ts";

/** Stands for whatever records a grant: it takes a verified confirmation and nothing else. */
function recordGrant(callback: ConfirmedCallback): string {
  return callback.openid;
}

const QUERY = `openid=${OPENID}&template_id=${TEMPLATE_ID}&action=confirm&scene=1000`;
const EXPECTED = {
  appid: APPID,
  templateId: TEMPLATE_ID,
  keys: [new Uint8Array(32)],
  now: 0,
} as const;

const EVERY_FIELD = {
  kind: "confirmed",
  appid: APPID,
  openid: OPENID,
  scene: SCENE,
  templateId: TEMPLATE_ID,
  nonce: "00112233445566778899aabbccddeeff",
  issuedAt: 0,
  source: { kind: "link", id: "a" },
  evidence: "bound",
  browserHash: undefined,
} as const;

test("an unverified callback cannot become a grant", () => {
  const refused: unknown[] = [
    // @ts-expect-error A query is no callback.
    () => recordGrant(QUERY),
    // @ts-expect-error A callback that was only read has not been verified.
    () => recordGrant(parseCallback(QUERY)),
    // @ts-expect-error Whether it was confirmed has not been asked.
    () => recordGrant(verifyCallback(QUERY, EXPECTED)),
    // @ts-expect-error A person who declined has granted nothing.
    (callback: DeclinedCallback) => recordGrant(callback),
    // @ts-expect-error A refused callback counts for nothing.
    (callback: RefusedCallback) => recordGrant(callback),
    // @ts-expect-error Nobody but verifyCallback makes one, not even with every field at hand.
    () => recordGrant(EVERY_FIELD),
  ];

  assert.equal(refused.length, 6);
});

test("a confirmed callback becomes a grant once its kind was asked", () => {
  const callback = verifyCallback(QUERY, EXPECTED);

  const openid = callback.kind === "confirmed" ? recordGrant(callback) : undefined;

  assert.equal(openid, undefined);
});

test("a declined callback has no openid to misuse", () => {
  // @ts-expect-error There is none.
  const read = (callback: DeclinedCallback): unknown => callback.openid;

  assert.equal(typeof read, "function");
});

test("a number or text is no identifier until it was parsed", () => {
  const refused: unknown[] = [
    // @ts-expect-error 20000 is a number, not a scene.
    (): Scene => 20_000,
    // @ts-expect-error An openid is no appid.
    (): typeof APPID => OPENID,
    // @ts-expect-error What stands in a query is text.
    (parameters: CallbackParameters): typeof OPENID | undefined => parameters.openid,
  ];

  assert.equal(refused.length, 3);
});

test("every code of a caller's mistake is explained", () => {
  const explained: (code: ArgumentErrorCode) => string = (code) => ERROR_CODES[code].en;

  assert.ok(explained("YICI_KEY_INVALID").length > 0);
});
