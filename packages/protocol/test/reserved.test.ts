import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import type { ReservedClaims, ReservedKeys } from "@yici/protocol";
import {
  hashBrowser,
  hashTemplate,
  RESERVED_LENGTH,
  RESERVED_LIFE_MS,
  RESERVED_SKEW_MS,
  signReserved,
  verifyReserved,
} from "@yici/protocol";
import * as fc from "fast-check";
import { anyText, claims, keys } from "./arbitraries.ts";
import { APPID, SCENE, TEMPLATE_ID } from "./official-sample.ts";

const NOW = Date.UTC(2026, 0, 2);
const KEYS: ReservedKeys = [new Uint8Array(32).fill(1)];
const CLAIMS: ReservedClaims = {
  kind: "bound",
  appid: APPID,
  scene: SCENE,
  templateId: TEMPLATE_ID,
  source: { kind: "link", id: "k3x9" },
  nonce: "00112233445566778899aabbccddeeff",
  issuedAt: NOW,
  browserHash: hashBrowser("a-cookie"),
};

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

test("what was signed is verified and says what was signed", () => {
  fc.assert(
    fc.property(claims, keys, (signed, key) => {
      const text = signReserved(signed, [key]);
      const verdict = verifyReserved(text, [key], signed.issuedAt);

      const { templateId, ...others } = signed;
      assert.deepEqual(verdict, {
        kind: "verified",
        claims: { ...others, templateHash: hashTemplate(templateId) },
      });
    }),
  );
});

test("a reserved always has the same length, in letters and digits the document allows", () => {
  fc.assert(
    fc.property(claims, keys, (signed, key) => {
      const text = signReserved(signed, [key]);

      assert.equal(text.length, RESERVED_LENGTH);
      assert.match(text, /^[a-zA-Z0-9]{1,128}$/);
    }),
  );
});

test("the bytes are the documented ones", () => {
  const bytes = decode(signReserved(CLAIMS, KEYS));

  assert.equal(
    bytes.toString("hex", 0, 74),
    [
      "01",
      "01",
      "aba38c7f163da69b",
      "03e8",
      hashTemplate(TEMPLATE_ID),
      "6b337839000000000000000000000000",
      "00112233445566778899aabbccddeeff",
      "019b7c010400",
      hashBrowser("a-cookie"),
    ].join(""),
  );
  assert.equal(bytes.length, 90);
});

test("what a request made and what is unbound differ in one flag each", () => {
  const { browserHash: _, ...unnamed } = CLAIMS;
  const flagsOf = (signed: ReservedClaims): number | undefined =>
    decode(signReserved(signed, KEYS))[1];

  assert.equal(flagsOf({ ...unnamed, kind: "unbound" }), 0);
  assert.equal(flagsOf({ ...CLAIMS, source: { kind: "request", id: "k3x9" } }), 3);
});

test("changing any single character is refused", () => {
  const text = signReserved(CLAIMS, KEYS);

  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom(...ALPHABET.split("")),
      (at, character) => {
        fc.pre(text[at] !== character);
        const tampered = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;

        assert.equal(verifyReserved(tampered, KEYS, NOW).kind, "refused");
      },
    ),
    { numRuns: 2_000 },
  );
});

test("no two texts are read as the same bytes: a group beyond its range is malformed", () => {
  const text = signReserved(CLAIMS, KEYS);

  const verdict = verifyReserved(`zzzzzzz${text.slice(7)}`, KEYS, NOW);

  assert.deepEqual(verdict, { kind: "refused", reason: "malformed" });
});

test("a text of another length or alphabet is malformed", () => {
  const text = signReserved(CLAIMS, KEYS);

  for (const broken of [
    "",
    "null",
    text.slice(1),
    `${text}0`,
    `${text}0000000`,
    `${text.slice(1)}-`,
    `${text.slice(1)}é`,
    "0".repeat(128),
  ]) {
    assert.deepEqual(verifyReserved(broken, KEYS, NOW), { kind: "refused", reason: "malformed" });
  }
});

test("another key's signature is forged", () => {
  const text = signReserved(CLAIMS, [new Uint8Array(32).fill(2)]);

  assert.deepEqual(verifyReserved(text, KEYS, NOW), { kind: "refused", reason: "forged" });
});

test("after a rotation the new key signs, and what the old one signed is still verified", () => {
  const [oldKey] = KEYS;
  const newKey = new Uint8Array(32).fill(2);
  const rotated: ReservedKeys = [newKey, oldKey];

  const before = signReserved(CLAIMS, [oldKey]);
  const after = signReserved(CLAIMS, rotated);

  assert.equal(verifyReserved(before, rotated, NOW).kind, "verified");
  assert.equal(verifyReserved(after, rotated, NOW).kind, "verified");
  assert.equal(verifyReserved(after, [newKey], NOW).kind, "verified");
  assert.equal(verifyReserved(after, [oldKey], NOW).kind, "refused");
});

test("the MAC is made with a key derived for this purpose, never with the caller's secret itself", () => {
  const text = signReserved(CLAIMS, KEYS);
  const bytes = decode(text);

  const derived = Buffer.from(hkdfSync("sha256", KEYS[0], "", "yici reserved v1", 32));
  const macOf = (key: Uint8Array): string =>
    createHmac("sha256", key).update(bytes.subarray(0, 74)).digest("hex").slice(0, 32);

  assert.equal(bytes.toString("hex", 74), macOf(derived));
  assert.notEqual(bytes.toString("hex", 74), macOf(KEYS[0]));
});

test("equal keys in different arrays sign alike", () => {
  assert.equal(signReserved(CLAIMS, [new Uint8Array(32).fill(1)]), signReserved(CLAIMS, KEYS));
});

test("a reserved is accepted until its life is over", () => {
  const text = signReserved(CLAIMS, KEYS);

  assert.equal(verifyReserved(text, KEYS, NOW + RESERVED_LIFE_MS - 1).kind, "verified");
  assert.deepEqual(verifyReserved(text, KEYS, NOW + RESERVED_LIFE_MS), {
    kind: "refused",
    reason: "expired",
  });
});

test("a caller may give it another life", () => {
  const text = signReserved(CLAIMS, KEYS);

  assert.equal(verifyReserved(text, KEYS, NOW + 599, 600).kind, "verified");
  assert.equal(verifyReserved(text, KEYS, NOW + 600, 600).kind, "refused");
});

test("a reserved from the future is refused, but for a minute of difference between clocks", () => {
  const text = signReserved(CLAIMS, KEYS);

  assert.equal(verifyReserved(text, KEYS, NOW - RESERVED_SKEW_MS).kind, "verified");
  assert.deepEqual(verifyReserved(text, KEYS, NOW - RESERVED_SKEW_MS - 1), {
    kind: "refused",
    reason: "not_yet",
  });
});

test("a forged reserved is called forged even when it would be expired as well", () => {
  const text = signReserved(CLAIMS, [new Uint8Array(32).fill(2)]);

  assert.deepEqual(verifyReserved(text, KEYS, NOW + 2 * RESERVED_LIFE_MS), {
    kind: "refused",
    reason: "forged",
  });
});

test("claims that do not fit the layout are a caller's mistake", () => {
  const mistakes: readonly ReservedClaims[] = [
    { ...CLAIMS, source: { kind: "link", id: "" } },
    { ...CLAIMS, source: { kind: "link", id: "a".repeat(17) } },
    { ...CLAIMS, source: { kind: "link", id: "A" } },
    { ...CLAIMS, nonce: "00" },
    { ...CLAIMS, nonce: "00112233445566778899AABBCCDDEEFF" },
    { ...CLAIMS, issuedAt: -1 },
    { ...CLAIMS, issuedAt: 1.5 },
    { ...CLAIMS, issuedAt: 2 ** 48 },
    { ...CLAIMS, kind: "unbound" },
    { ...CLAIMS, browserHash: "a-cookie" },
  ];

  for (const mistake of mistakes) {
    assert.throws(() => signReserved(mistake, KEYS), {
      name: "ArgumentError",
      code: "YICI_CLAIMS_INVALID",
    });
  }
});

test("bound claims must name a browser", () => {
  const { browserHash: _, ...unnamed } = CLAIMS;

  assert.throws(() => signReserved(unnamed, KEYS), { code: "YICI_CLAIMS_INVALID" });
});

test("a key that is too short to be a secret is a caller's mistake, in signing and in verifying", () => {
  const short: ReservedKeys = [new Uint8Array(15)];

  assert.throws(() => signReserved(CLAIMS, short), { code: "YICI_KEY_INVALID" });
  assert.throws(() => verifyReserved(signReserved(CLAIMS, KEYS), short, NOW), {
    code: "YICI_KEY_INVALID",
  });
});

test("the cookie cannot be read from what a reserved holds of it", () => {
  const value = "a-cookie";

  assert.match(hashBrowser(value), /^[0-9a-f]{32}$/);
  assert.notEqual(hashBrowser(value), hashBrowser("another"));
  assert.ok(!decode(signReserved(CLAIMS, KEYS)).includes(value));
});

test("verifying never throws, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(anyText, fc.string({ minLength: RESERVED_LENGTH, maxLength: RESERVED_LENGTH })),
      (text) => {
        assert.equal(verifyReserved(text, KEYS, NOW).kind, "refused");
      },
    ),
  );
});

/** The documented encoding, written a second time: 7 digits of base 62 for 5 bytes. */
function decode(text: string): Buffer {
  const groups = text.match(/.{7}/g) ?? [];
  const hex = groups.map((group) =>
    group
      .split("")
      .reduce((sum, character) => sum * 62n + BigInt(ALPHABET.indexOf(character)), 0n)
      .toString(16)
      .padStart(10, "0"),
  );
  return Buffer.from(hex.join(""), "hex");
}
