import assert from "node:assert/strict";
import { test } from "node:test";
import { SEND_PATH, STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import type { EndpointQuota } from "../../src/accounts/account.ts";
import { findQuota } from "../../src/quotas/call-quota.ts";
import { readReadings } from "../../src/readings/readings.ts";
import { APPID, openSandbox } from "../sandbox.ts";

/** What the pages document for every account, and what goes before it (facts 11). */
const QUOTAS: readonly {
  readonly name: string;
  readonly endpoint: string;
  readonly perDay: number | undefined;
  readonly perMinute: number | undefined;
  readonly own?: EndpointQuota;
  readonly kind?: "test";
}[] = [
  { name: "2000 tokens a day", endpoint: TOKEN_PATH, perDay: 2_000, perMinute: undefined },
  {
    name: "200 tokens a day of a test account",
    kind: "test",
    endpoint: TOKEN_PATH,
    perDay: 200,
    perMinute: undefined,
  },
  {
    name: "500000 stable tokens a day and 10000 a minute",
    endpoint: STABLE_TOKEN_PATH,
    perDay: 500_000,
    perMinute: 10_000,
  },
  { name: "any number of sends", endpoint: SEND_PATH, perDay: undefined, perMinute: undefined },
  {
    name: "an own daily quota beside the documented one of the minute",
    endpoint: STABLE_TOKEN_PATH,
    own: { endpoint: STABLE_TOKEN_PATH, perDay: 3 },
    perDay: 3,
    perMinute: 10_000,
  },
  {
    name: "another call's own quota",
    endpoint: TOKEN_PATH,
    own: { endpoint: SEND_PATH, perDay: 3, perMinute: 1 },
    perDay: 2_000,
    perMinute: undefined,
  },
];

for (const { name, endpoint, perDay, perMinute, own, kind = "service" } of QUOTAS) {
  test(`an account has ${name}`, async (t) => {
    const { control } = (await openSandbox(t)).platform;
    const account = await control.changeAccount(APPID, { kind, quotas: own ? [own] : [] });

    assert.deepEqual(findQuota(account, endpoint, readReadings()), { perDay, perMinute });
  });
}
