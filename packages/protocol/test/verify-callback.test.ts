import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  CallbackExpectation,
  RefusedReason,
  ReservedClaims,
  ReservedKeys,
} from "@yici/protocol";
import {
  buildCallbackLocation,
  hashBrowser,
  RESERVED_LIFE_MS,
  RESERVED_SKEW_MS,
  signReserved,
  verifyCallback,
} from "@yici/protocol";
import * as fc from "fast-check";
import { anyQuery, anyText } from "./arbitraries.ts";
import {
  APPID,
  OPENID,
  OTHER_APPID,
  OTHER_TEMPLATE_ID,
  SCENE,
  TEMPLATE_ID,
} from "./official-sample.ts";

const NOW = Date.UTC(2026, 0, 2);
const KEYS: ReservedKeys = [new Uint8Array(32).fill(1)];
const BROWSER = "a-browser-cookie";
const UNBOUND: ReservedClaims = {
  kind: "unbound",
  appid: APPID,
  scene: SCENE,
  templateId: TEMPLATE_ID,
  source: { kind: "request", id: "r1" },
  nonce: "00112233445566778899aabbccddeeff",
  issuedAt: NOW - 1_000,
};
const BOUND: ReservedClaims = { ...UNBOUND, kind: "bound", browserHash: hashBrowser(BROWSER) };
const EXPECTED = { appid: APPID, templateId: TEMPLATE_ID, keys: KEYS, now: NOW, browser: BROWSER };

test("a confirmation by the browser that started is confirmed as bound", () => {
  const callback = verifyCallback(queryOf(BOUND), EXPECTED);

  assert.ok(callback.kind === "confirmed");
  assert.deepEqual(plain(callback), {
    kind: "confirmed",
    appid: APPID,
    openid: OPENID,
    scene: SCENE,
    templateId: TEMPLATE_ID,
    nonce: BOUND.nonce,
    issuedAt: BOUND.issuedAt,
    source: BOUND.source,
    evidence: "bound",
    browserHash: hashBrowser(BROWSER),
  });
});

test("a confirmation by another browser is real but unbound, and names the browser that returned", () => {
  const callback = verifyCallback(queryOf(BOUND), { ...EXPECTED, browser: "another" });

  assert.ok(callback.kind === "confirmed");
  assert.equal(callback.evidence, "unbound");
  assert.equal(callback.browserHash, hashBrowser("another"));
});

test("a confirmation without a cookie is real but unbound", () => {
  const callback = verifyCallback(queryOf(BOUND), { ...EXPECTED, browser: undefined });

  assert.ok(callback.kind === "confirmed");
  assert.equal(callback.evidence, "unbound");
  assert.equal(callback.browserHash, undefined);
});

test("an unbound reserved stays unbound, whatever browser returns", () => {
  const withCookie = verifyCallback(queryOf(UNBOUND), EXPECTED);
  const without = verifyCallback(queryOf(UNBOUND), { ...EXPECTED, browser: undefined });

  assert.ok(withCookie.kind === "confirmed" && without.kind === "confirmed");
  assert.equal(withCookie.evidence, "unbound");
  assert.equal(without.evidence, "unbound");
});

test("a cancelled callback names nobody, even when somebody put an openid into it", () => {
  const callback = verifyCallback(queryOf(BOUND, { action: "cancel", openid: OPENID }), EXPECTED);

  assert.deepEqual(callback, {
    kind: "declined",
    appid: APPID,
    scene: SCENE,
    templateId: TEMPLATE_ID,
    nonce: BOUND.nonce,
    issuedAt: BOUND.issuedAt,
    source: BOUND.source,
    isSameBrowser: true,
  });
});

test("a cancelled callback from another browser says so", () => {
  const callback = verifyCallback(queryOf(BOUND, { action: "cancel" }), {
    ...EXPECTED,
    browser: "another",
  });

  assert.ok(callback.kind === "declined");
  assert.equal(callback.isSameBrowser, false);
});

test("what the platform builds, the gateway verifies", () => {
  const location = buildCallbackLocation({
    redirectUrl: "https://shop.example/cb?i=2",
    action: "confirm",
    openid: OPENID,
    templateId: TEMPLATE_ID,
    scene: SCENE,
    reserved: signReserved(BOUND, KEYS),
  });

  assert.equal(verifyCallback(new URL(location).search.slice(1), EXPECTED).kind, "confirmed");
});

test("the scene is compared as a number", () => {
  assert.equal(verifyCallback(queryOf(BOUND, { scene: "01000" }), EXPECTED).kind, "confirmed");
});

test("an older key still verifies a callback", () => {
  const rotated: ReservedKeys = [new Uint8Array(32).fill(9), KEYS[0]];

  assert.equal(verifyCallback(queryOf(BOUND), { ...EXPECTED, keys: rotated }).kind, "confirmed");
});

for (const { name, reason, query, expected } of [
  {
    name: "in which a parameter comes twice",
    reason: "repeated_parameter",
    query: `${queryOf(BOUND)}&openid=${OPENID}`,
  },
  {
    name: "longer than any WeChat makes",
    reason: "too_long",
    query: `${queryOf(BOUND)}&x=${"a".repeat(8_192)}`,
  },
  {
    name: "without reserved",
    reason: "reserved_missing",
    query: queryOf(BOUND, { reserved: undefined }),
  },
  {
    name: "with an empty reserved",
    reason: "reserved_missing",
    query: queryOf(BOUND, { reserved: "" }),
  },
  {
    name: "with the text null for reserved, as WeChat's own client writes",
    reason: "reserved_missing",
    query: queryOf(BOUND, { reserved: "null" }),
  },
  {
    name: "with somebody else's reserved",
    reason: "malformed",
    query: queryOf(BOUND, { reserved: "test" }),
  },
  {
    name: "with a reserved signed by another key",
    reason: "forged",
    query: queryOf(BOUND, { reserved: signReserved(BOUND, [new Uint8Array(32)]) }),
  },
  {
    name: "a day after it was asked for",
    reason: "expired",
    query: queryOf(BOUND),
    expected: { now: BOUND.issuedAt + RESERVED_LIFE_MS },
  },
  {
    name: "more than a minute before it was asked for",
    reason: "not_yet",
    query: queryOf(BOUND),
    expected: { now: BOUND.issuedAt - RESERVED_SKEW_MS - 1 },
  },
  {
    name: "at the address of another account",
    reason: "account_mismatch",
    query: queryOf(BOUND),
    expected: { appid: OTHER_APPID },
  },
  {
    name: "with a template that is not the account's",
    reason: "template_mismatch",
    query: queryOf(BOUND, { template_id: OTHER_TEMPLATE_ID }),
  },
  {
    name: "without a template",
    reason: "template_mismatch",
    query: queryOf(BOUND, { template_id: undefined }),
  },
  {
    name: "whose reserved was made for another template",
    reason: "template_mismatch",
    query: queryOf({ ...BOUND, templateId: OTHER_TEMPLATE_ID }),
  },
  {
    name: "for the account's former template, after it was changed",
    reason: "template_mismatch",
    query: queryOf(BOUND),
    expected: { templateId: OTHER_TEMPLATE_ID },
  },
  {
    name: "with another scene than was asked for",
    reason: "scene_mismatch",
    query: queryOf(BOUND, { scene: "1001" }),
  },
  {
    name: "without a scene",
    reason: "scene_mismatch",
    query: queryOf(BOUND, { scene: undefined }),
  },
  {
    name: "with a scene that is no number",
    reason: "scene_mismatch",
    query: queryOf(BOUND, { scene: "one" }),
  },
  {
    name: "with an action nobody documented",
    reason: "action_unknown",
    query: queryOf(BOUND, { action: "revoke" }),
  },
  {
    name: "without an action",
    reason: "action_unknown",
    query: queryOf(BOUND, { action: undefined }),
  },
  {
    name: "that confirms for nobody",
    reason: "openid_missing",
    query: queryOf(BOUND, { openid: undefined }),
  },
  {
    name: "that confirms for an empty openid",
    reason: "openid_missing",
    query: queryOf(BOUND, { openid: "" }),
  },
  {
    name: "that confirms for something that is no openid",
    reason: "openid_malformed",
    query: queryOf(BOUND, { openid: "o'; drop" }),
  },
] as const satisfies readonly {
  name: string;
  reason: RefusedReason;
  query: string;
  expected?: Partial<CallbackExpectation>;
}[]) {
  test(`a callback ${name} is refused as ${reason}`, () => {
    assert.deepEqual(verifyCallback(query, { ...EXPECTED, ...expected }), {
      kind: "refused",
      reason,
    });
  });
}

test("nothing that was not signed is ever more than refused, and nothing throws", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyQuery), (query) => {
      assert.equal(verifyCallback(query, EXPECTED).kind, "refused");
    }),
  );
});

interface Overrides {
  readonly openid?: string | undefined;
  readonly template_id?: string | undefined;
  readonly action?: string | undefined;
  readonly reserved?: string | undefined;
  readonly scene?: string | undefined;
}

/** A genuine confirmation for these claims, but for what is overridden; `undefined` leaves a parameter out. */
function queryOf(signed: ReservedClaims, overrides: Overrides = {}): string {
  const parameters = {
    openid: OPENID,
    template_id: TEMPLATE_ID,
    action: "confirm",
    reserved: signReserved(signed, KEYS),
    scene: String(SCENE),
    ...overrides,
  };
  return Object.entries(parameters)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    )
    .join("&");
}

/** The callback's text-keyed members, without the mark that only verifyCallback can set. */
function plain(callback: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(callback));
}
