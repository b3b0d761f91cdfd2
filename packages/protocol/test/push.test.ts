import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import { decryptPush, encryptPush, signPush, verifyPush } from "@yici/protocol";
import * as fc from "fast-check";
import { anyText } from "./arbitraries.ts";
import { APPID, OTHER_APPID } from "./official-sample.ts";

const CIPHER = { encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", appid: APPID };
const RANDOM = new Uint8Array(16).fill(7);

test("what was encrypted is decrypted, whatever its length", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 100 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      (message, random) => {
        assert.deepEqual(decryptPush(encryptPush(message, random, CIPHER), CIPHER), {
          kind: "decrypted",
          message,
        });
      },
    ),
  );
});

test("a push for another account is refused", () => {
  const encrypted = encryptPush("hello", RANDOM, { ...CIPHER, appid: OTHER_APPID });

  assert.deepEqual(decryptPush(encrypted, CIPHER), { kind: "refused", reason: "appid_mismatch" });
});

test("after a rotation of the key, the previous one still decrypts what it encrypted", () => {
  const previous = { ...CIPHER, encodingAesKey: "Z".repeat(43) };
  const encrypted = encryptPush("hello", RANDOM, previous);

  assert.equal(decryptPush(encrypted, CIPHER).kind, "refused");
  assert.deepEqual(decryptPush(encrypted, previous), { kind: "decrypted", message: "hello" });
});

test("a plaintext whose length field lies is refused", () => {
  const plain = Buffer.alloc(64, 32);
  plain.writeUInt32BE(0xffff_ffff, 16);

  assert.deepEqual(decryptPush(encrypt(plain), CIPHER), { kind: "refused", reason: "malformed" });
});

test("a plaintext with any byte of its padding changed is refused", () => {
  const message = Buffer.from("x".repeat(20));
  const content = Buffer.concat([RANDOM, Buffer.from([0, 0, 0, 20]), message, Buffer.from(APPID)]);
  const padded = Buffer.concat([content, Buffer.alloc(6, 6)]);
  assert.equal(decryptPush(encrypt(padded), CIPHER).kind, "decrypted");

  for (let at = content.length; at < padded.length; at += 1) {
    const changed = Buffer.from(padded);
    changed[at] = 5;

    assert.equal(decryptPush(encrypt(changed), CIPHER).kind, "refused", String(at));
  }
});

test("decrypting never throws, whatever the text", () => {
  const anyBase64 = fc
    .uint8Array({ maxLength: 128 })
    .map((bytes) => Buffer.from(bytes).toString("base64"));

  fc.assert(
    fc.property(fc.oneof(anyText, anyBase64), (encrypted) => {
      assert.equal(decryptPush(encrypted, CIPHER).kind, "refused");
    }),
  );
});

test("a signature covers its parts whatever their order, and no others", () => {
  const push = { token: "t", timestamp: "1714036504", nonce: "n" };
  const signature = signPush(push.token, push.timestamp, push.nonce);

  assert.ok(verifyPush(signature, push));
  assert.ok(!verifyPush(signature, { ...push, nonce: "m" }));
  assert.ok(!verifyPush(signature, { ...push, encrypted: "e" }));
  assert.ok(!verifyPush("", push));
  assert.ok(!verifyPush(signature.toUpperCase(), push));
  assert.ok(!verifyPush(`${signature.slice(1)}é`, push));
});

test("a key or random bytes of the wrong size are a caller's mistake", () => {
  assert.throws(() => encryptPush("m", new Uint8Array(15), CIPHER), {
    code: "YICI_RANDOM_INVALID",
  });
  assert.throws(() => encryptPush("m", RANDOM, { ...CIPHER, encodingAesKey: "short" }), {
    code: "YICI_ENCODING_AES_KEY_INVALID",
  });
  assert.throws(() => decryptPush("AAAA", { ...CIPHER, encodingAesKey: "short" }), {
    code: "YICI_ENCODING_AES_KEY_INVALID",
  });
});

/** The cipher alone, without the padding and layout that encryptPush adds. */
function encrypt(padded: Buffer): string {
  const key = Buffer.from(`${CIPHER.encodingAesKey}=`, "base64");
  const encryption = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([encryption.update(padded), encryption.final()]).toString("base64");
}
