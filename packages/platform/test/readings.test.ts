import assert from "node:assert/strict";
import { test } from "node:test";
import { parseReadings, READINGS, startPlatform } from "@yici/platform";
import { ConfigError } from "@yici/protocol";
import {
  APPID,
  buildLink,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

const DAY_MS = 86_400_000;

async function cancel({ platform }: Sandbox, link = buildLink()): Promise<string> {
  const decision = await platform.control.decide({
    authorizeLink: link,
    person: "zhang",
    action: "cancel",
  });
  return decision.kind === "redirected" ? decision.location : decision.check;
}

async function trySend(sandbox: Sandbox, changes: object = {}): Promise<number> {
  const token = await getToken(sandbox);
  return readErrcode(await send(sandbox, token, { ...(await makeBody(sandbox)), ...changes }));
}

async function findWhy({ platform }: Sandbox): Promise<string> {
  const entry = (await platform.control.listJournal()).at(-1);
  return entry?.why?.en ?? "";
}

test("cancelling revokes an unused grant where it is read so, and confirming again opens another", async (t) => {
  const sandbox = await openSandbox(t, { readings: { cancel: "revoke" } });
  const { control } = sandbox.platform;
  await confirm(sandbox);
  await cancel(sandbox);

  const refused = await trySend(sandbox);
  const why = await findWhy(sandbox);
  const [revoked] = await control.listGrants();
  await confirm(sandbox);
  const accepted = await trySend(sandbox);

  assert.deepEqual([refused, accepted], [43101, 0]);
  assert.match(why, /scene 1000 was revoked at 2026-01-01T00:00:00.000Z/);
  assert.deepEqual([revoked?.state, revoked?.revokedAt], ["revoked", sandbox.world.now()]);
  assert.equal((await control.listGrants())[0]?.generation, 2);
});

test("cancelling where it revokes leaves what is spent as it is, and opens no line of the ledger", async (t) => {
  const sandbox = await openSandbox(t, { readings: "pessimistic" });
  const { control } = sandbox.platform;

  await cancel(sandbox);
  const before = await control.listGrants();
  await confirm(sandbox);
  await trySend(sandbox);
  await cancel(sandbox);

  assert.deepEqual(before, []);
  assert.equal((await control.listGrants())[0]?.state, "spent");
});

test("a grant that lives seven days is good until they are over, and not at that instant", async (t) => {
  const sandbox = await openSandbox(t, { readings: "pessimistic" });
  const { control } = sandbox.platform;
  await confirm(sandbox, { scene: 1 });
  await confirm(sandbox, { scene: 2 });
  await control.advanceClock({ advanceMs: 7 * DAY_MS - 1 });

  const inTime = await trySend(sandbox, { scene: 1 });
  await control.advanceClock({ advanceMs: 1 });
  const tooLate = await trySend(sandbox, { scene: 2 });
  const why = await findWhy(sandbox);

  assert.deepEqual([inTime, tooLate], [0, 43101]);
  assert.match(why, /scene 2 expired at 2026-01-08T00:00:00.000Z/);
  assert.deepEqual(
    (await control.listGrants()).map(({ state }) => state),
    ["spent", "expired"],
  );
});

test("confirming again before a grant expires begins its life anew, and adds none; after, it opens another", async (t) => {
  const sandbox = await openSandbox(t, { readings: { grantLife: "2_days" } });
  const { control } = sandbox.platform;
  await confirm(sandbox);
  await control.advanceClock({ advanceMs: DAY_MS });
  await confirm(sandbox);
  await control.advanceClock({ advanceMs: DAY_MS + 1 });

  const [renewed] = await control.listGrants();
  await control.advanceClock({ advanceMs: DAY_MS });
  await confirm(sandbox);

  assert.deepEqual([renewed?.state, renewed?.generation], ["granted", 1]);
  const [opened] = await control.listGrants();
  assert.deepEqual([opened?.state, opened?.generation], ["granted", 2]);
});

test("a grant that expired is not named among the scenes that are still open", async (t) => {
  const sandbox = await openSandbox(t, { readings: { grantLife: "1_days" } });
  const { control } = sandbox.platform;
  await confirm(sandbox, { scene: 1 });
  await control.advanceClock({ advanceMs: DAY_MS });
  await confirm(sandbox, { scene: 2 });

  await trySend(sandbox, { scene: 3 });

  assert.match(await findWhy(sandbox), /open under these scenes: 2\.$/);
});

test("a missing or empty content is accepted, or refused where it is read so", async (t) => {
  const lenient = await openSandbox(t);
  const careful = await openSandbox(t, { readings: "pessimistic" });
  await confirm(lenient);
  await confirm(careful);

  const errcodes = [
    await trySend(careful, { data: undefined }),
    await trySend(careful, { data: { content: { value: "" } } }),
    await trySend(lenient, { data: undefined }),
  ];

  assert.deepEqual(errcodes, [47003, 47003, 0]);
  assert.equal((await careful.platform.control.listGrants())[0]?.state, "granted");
});

test("a content of 201 characters is refused by 45002, by 47003, or cut to 200, emoji whole", async (t) => {
  const data = { content: { value: `${"😀".repeat(200)}多` } };
  const errcodes: number[] = [];
  for (const readings of ["default", { longContent: "47003" }, "pessimistic"] as const) {
    const sandbox = await openSandbox(t, { readings });
    await confirm(sandbox);
    errcodes.push(await trySend(sandbox, { data }));
    const [message] = await sandbox.platform.control.listInbox();
    if (message !== undefined) assert.equal(message.content, "😀".repeat(200));
  }

  assert.deepEqual(errcodes, [45002, 47003, 0]);
});

const LOCATIONS = [
  {
    what: "a fragment stays clean, or comes back as it was observed",
    link: { redirect_url: "http://localhost/#/live/28" },
    reading: { fragment: "observed" },
    usual: "http://localhost/?QUERY&action=cancel&reserved=test&scene=1000#/live/28",
    other: "http://localhost/?QUERY&action=cancel&reserved=test&scene=1000#%23/live/28",
  },
  {
    what: "an absent reserved stays away, or comes back empty",
    link: { reserved: undefined },
    reading: { absentReserved: "empty" },
    usual: "http://localhost/back?QUERY&action=cancel&scene=1000",
    other: "http://localhost/back?QUERY&action=cancel&reserved=&scene=1000",
  },
  {
    what: "a path comes back as it is, or with a slash",
    link: { redirect_url: "http://localhost/a/b#c" },
    reading: { callbackPath: "slash" },
    usual: "http://localhost/a/b?QUERY&action=cancel&reserved=test&scene=1000#c",
    other: "http://localhost/a/b/?QUERY&action=cancel&reserved=test&scene=1000#c",
  },
  {
    what: "a path with a query gets no slash",
    link: { redirect_url: "http://localhost/a?i=2" },
    reading: { callbackPath: "slash" },
    usual: "http://localhost/a?i=2&QUERY&action=cancel&reserved=test&scene=1000",
    other: "http://localhost/a?i=2&QUERY&action=cancel&reserved=test&scene=1000",
  },
  {
    what: "a bare host always gets a slash",
    link: { redirect_url: "http://localhost" },
    reading: { callbackPath: "slash" },
    usual: "http://localhost/?QUERY&action=cancel&reserved=test&scene=1000",
    other: "http://localhost/?QUERY&action=cancel&reserved=test&scene=1000",
  },
  {
    what: "an odd reserved is echoed, or refused",
    link: { reserved: '{"a":1}' },
    reading: { oddReserved: "refuse" },
    usual: "http://localhost/back?QUERY&action=cancel&reserved=%7B%22a%22%3A1%7D&scene=1000",
    other: "reserved_is_plain",
  },
  {
    what: "a sub-domain is no business domain, or one",
    link: { redirect_url: "https://www.support.qq.com/" },
    reading: { subDomains: "accept" },
    usual: "redirect_url_is_on_business_domain",
    other: "https://www.support.qq.com/?QUERY&action=cancel&reserved=test&scene=1000",
  },
  {
    what: "a host that merely ends like a business domain is none under either reading",
    link: { redirect_url: "https://evilsupport.qq.com/" },
    reading: { subDomains: "accept" },
    usual: "redirect_url_is_on_business_domain",
    other: "redirect_url_is_on_business_domain",
  },
  {
    what: "http leads back, or only https does",
    link: { redirect_url: "HTTP://support.qq.com/" },
    reading: { httpRedirects: "refuse" },
    usual: "HTTP://support.qq.com/?QUERY&action=cancel&reserved=test&scene=1000",
    other: "redirect_url_is_https",
  },
] as const;

for (const { what, link, reading, usual, other } of LOCATIONS) {
  test(`as it is read, ${what}`, async (t) => {
    const asUsual = await openSandbox(t);
    const otherwise = await openSandbox(t, { readings: reading });

    const places = [
      await cancel(asUsual, buildLink(link)),
      await cancel(otherwise, buildLink(link)),
    ];

    assert.deepEqual(
      places.map((place) => place.replace(/template_id=[^&]+/, "QUERY")),
      [usual, other],
    );
  });
}

test("an app may use any scene, or 0 alone", async (t) => {
  const checks: string[] = [];
  for (const appScenes of ["any", "zero_only"] as const) {
    const sandbox = await openSandbox(t, { readings: { appScenes } });
    await sandbox.platform.control.changeAccount(APPID, { kind: "mobile_app" });
    for (const scene of ["0", "1000"]) {
      const link = buildLink({ redirect_url: `${APPID}://`, scene });
      checks.push((await cancel(sandbox, link)).replace(/\?.*/, ""));
    }
  }

  const app = `${APPID}://`;
  assert.deepEqual(checks, [app, app, app, "app_scene_is_zero"]);
});

test("an error page is Chinese, or English", async (t) => {
  const texts: string[] = [];
  for (const pageTexts of ["zh", "en"] as const) {
    const { platform, ask } = await openSandbox(t, { readings: { pageTexts } });
    const link = buildLink({ action: "get" });
    const decision = await platform.control.decide({
      authorizeLink: link,
      person: "zhang",
      action: "confirm",
    });
    assert.ok(decision.kind === "refused");
    texts.push(decision.pageText);
    assert.ok((await ask(link)).text.includes(decision.pageText));
  }

  assert.deepEqual(texts, ["应用访问参数错误", "application access parameter error"]);
});

test("the pessimistic readings flip these points and no others", () => {
  const flipped = Object.entries(READINGS).filter(([, point]) => "pessimistic" in point);

  assert.deepEqual(
    flipped.map(([name]) => name),
    ["cancel", "grantLife", "missingContent", "longContent", "fragment", "absentReserved"],
  );
});

test("every default and every pessimistic reading is one of its point's choices, and they differ", () => {
  for (const point of Object.values(READINGS)) {
    const choices: readonly string[] = Object.keys(point.choices);
    const worse: string = "pessimistic" in point ? point.pessimistic : "";
    assert.ok(choices.includes(point.default));
    assert.notEqual(worse, point.default);
    assert.ok(worse === "" || choices.includes(worse));
  }
});

test("a reading that is none keeps the platform from starting, and every mistake is told", async () => {
  const options: object = {
    readings: { cancel: "perhaps", grantLife: "0_days", weather: "fine", toString: "x" },
  };

  await assert.rejects(startPlatform(options), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(
      error.issues.map(({ name }) => name),
      ["readings.cancel", "readings.grantLife", "readings.weather", "readings.toString"],
    );
    return true;
  });
});

test("readings can be typed: as one of the two sets, or one by one", () => {
  const typed = ["default", "pessimistic", "cancel=revoke, grantLife=30_days"].map(parseReadings);

  assert.deepEqual(typed, ["default", "pessimistic", { cancel: "revoke", grantLife: "30_days" }]);
});

test("typed readings that are none are all told", () => {
  assert.throws(
    () => parseReadings("optimistic,cancel=,=x,__proto__=y"),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.issues.map(({ name }) => name),
        ["readings.optimistic", "readings.cancel", "readings.", "readings.__proto__"],
      );
      return true;
    },
  );
});
