import assert from "node:assert/strict";
import { test } from "node:test";
import { decryptPush, encryptPush, parseAppId, signPush, verifyPush } from "@yici/protocol";
import { must } from "./must.ts";
import file from "./vectors/pushes.json" with { type: "json" };

const { token, url_check, plain, safe, reply } = file;
const CIPHER = { encodingAesKey: file.encoding_aes_key, appid: must(parseAppId(file.appid)) };

for (const { name, timestamp, nonce, signature } of [url_check, plain, safe]) {
  test(`the signature is WeChat's: ${name}`, () => {
    assert.equal(signPush(token, timestamp, nonce), signature);
    assert.ok(verifyPush(signature, { token, timestamp, nonce }));
  });
}

for (const { name, timestamp, nonce, msg_signature, encrypt } of [safe, reply]) {
  test(`the msg_signature is WeChat's: ${name}`, () => {
    assert.equal(signPush(token, timestamp, nonce, encrypt), msg_signature);
    assert.ok(verifyPush(msg_signature, { token, timestamp, nonce, encrypted: encrypt }));
  });
}

test("WeChat's encrypted push is decrypted, and encrypting it again gives the same text", () => {
  const decrypted = decryptPush(safe.encrypt, CIPHER);

  assert.ok(decrypted.kind === "decrypted");
  assert.equal(Buffer.byteLength(decrypted.message), safe.message_bytes);
  assert.ok(decrypted.message.includes(`"Event":"${safe.message_event}"`));
  assert.equal(encryptPush(decrypted.message, Buffer.from(safe.random), CIPHER), safe.encrypt);
});

test("the reply to WeChat is encrypted as in its example, and decrypts to the message", () => {
  assert.equal(encryptPush(reply.message, Buffer.from(reply.random), CIPHER), reply.encrypt);
  assert.deepEqual(decryptPush(reply.encrypt, CIPHER), {
    kind: "decrypted",
    message: reply.message,
  });
});
