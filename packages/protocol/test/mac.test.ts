import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import { createMac } from "@yici/protocol";
import * as fc from "fast-check";

const bytes = fc.uint8Array({ maxLength: 200 });

test("it is the HMAC under the sub-key, whatever came before", () => {
  const computeMac = createMac("a purpose");
  fc.assert(
    fc.property(bytes, bytes, (message, key) => {
      const subKey = Buffer.from(hkdfSync("sha256", key, "", "a purpose", 32));

      const mac = computeMac(message, key);

      assert.deepEqual(mac, createHmac("sha256", subKey).update(message).digest());
    }),
  );
});

test("a key makes another MAC for each purpose, and each key another for one purpose", () => {
  const message = Buffer.from("message");
  const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const [computeMac, computeOther] = [createMac("one"), createMac("another")];

  const macs = [
    computeMac(message, first),
    computeMac(message, second),
    computeOther(message, first),
    computeMac(message, first),
  ].map((mac) => mac.toString("hex"));

  assert.equal(new Set(macs).size, 3);
  assert.equal(macs[3], macs[0]);
});
