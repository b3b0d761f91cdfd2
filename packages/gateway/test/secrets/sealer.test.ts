import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAppId } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import { buildSealContext } from "../../src/secrets/seal-context.ts";
import { createSealer, SealError } from "../../src/secrets/sealer.ts";

const OLD_KEY = Buffer.alloc(32, 1);
const NEW_KEY = Buffer.alloc(32, 2);

test("what was sealed opens again, whatever characters it has", () => {
  const sealer = createSealer([OLD_KEY], createManualWorld());

  const sealed = sealer.seal("秘密 – secret 🔑", "app_secret:a");

  assert.equal(sealer.open(sealed, "app_secret:a"), "秘密 – secret 🔑");
});

test("a sealed text shows nothing of what it holds, and never looks the same twice", () => {
  const sealer = createSealer([OLD_KEY], createManualWorld());

  const first = sealer.seal("hunter2hunter2", "c");
  const second = sealer.seal("hunter2hunter2", "c");

  assert.ok(!Buffer.from(first, "base64url").includes("hunter2"));
  assert.notEqual(first, second);
});

test("after a rotation the new key seals and the old one still opens", () => {
  const before = createSealer([OLD_KEY], createManualWorld({ seed: "before" }));
  const after = createSealer([NEW_KEY, OLD_KEY], createManualWorld({ seed: "after" }));

  const sealedBefore = before.seal("kept", "c");
  const sealedAfter = after.seal("kept", "c");

  assert.equal(after.open(sealedBefore, "c"), "kept");
  assert.throws(() => before.open(sealedAfter, "c"), SealError);
});

test("a sealed text moved to another account's row does not open", () => {
  const sealer = createSealer([OLD_KEY], createManualWorld());
  const here = parseAppId("wx0000000000000001");
  const there = parseAppId("wx0000000000000002");
  assert.ok(here !== undefined && there !== undefined);

  const sealed = sealer.seal("token", buildSealContext("access_token", here));

  assert.throws(() => sealer.open(sealed, buildSealContext("access_token", there)), SealError);
  assert.throws(() => sealer.open(sealed, buildSealContext("app_secret", here)), SealError);
});

test("any changed byte is noticed, and no error says what was sealed", () => {
  const sealer = createSealer([OLD_KEY], createManualWorld());
  const bytes = Buffer.from(sealer.seal("canary-secret", "c"), "base64url");

  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(
      () => sealer.open(changed.toString("base64url"), "c"),
      (error) => error instanceof SealError && !error.message.includes("canary"),
    );
  }
});

test("a text that is cut short, empty or no base64 is refused as broken", () => {
  const sealer = createSealer([OLD_KEY], createManualWorld());
  const sealed = sealer.seal("secret", "c");

  for (const broken of ["", "%%%", sealed.slice(0, 10), sealed.slice(0, 30), sealed.slice(0, -4)]) {
    assert.throws(() => sealer.open(broken, "c"), SealError, broken);
  }
});
