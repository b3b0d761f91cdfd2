import assert from "node:assert/strict";
import { test } from "node:test";
import { startPlatform } from "@yici/platform";
import { ConfigError } from "@yici/protocol";
import { buildLink, openSandbox, readToken, tokenPath } from "./sandbox.ts";

const TOKEN = "an-access-token";
const BEARER = { authorization: `Bearer ${TOKEN}` };

test("off loopback a platform does not start without an access token", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.2"]) {
    await assert.rejects(
      startPlatform({ host }),
      (error: unknown) =>
        error instanceof ConfigError && error.issues.some(({ name }) => name === "accessToken"),
    );
  }
});

test("every mistake in the options is told at once", async () => {
  await assert.rejects(
    startPlatform({ publicUrl: "ftp://x", accessToken: "short" }),
    (error: unknown) =>
      error instanceof ConfigError &&
      error.issues.map(({ name }) => name).join() === "accessToken,publicUrl",
  );
});

test("with an access token, the phone and the control API are for those who have it", async (t) => {
  const { ask } = await openSandbox(t, { accessToken: TOKEN });
  const paths = [
    "/phone",
    "/phone/zhang",
    "/%70hone/zhang",
    "/phone/zhang/events",
    "/control/v1/accounts",
    "/control/v1/journal",
  ];

  for (const path of paths) {
    for (const headers of [
      {},
      { authorization: "Bearer another-token" },
      { cookie: "yici_access=another" },
      { cookie: "yici_access=" },
    ]) {
      assert.equal(
        (await ask(path, { headers })).status,
        401,
        `${path} ${JSON.stringify(headers)}`,
      );
    }
  }
  assert.equal((await ask("/phone/zhang", { headers: BEARER })).status, 200);
  assert.equal((await ask("/control/v1/accounts", { headers: BEARER })).status, 200);
});

test("without the access token nobody becomes somebody or decides, whatever the cookies say", async (t) => {
  const { ask, platform } = await openSandbox(t, { accessToken: TOKEN });
  const headers = {
    cookie: "yici_person=zhang; yici_browser=x",
    "content-type": "application/x-www-form-urlencoded",
  };

  const answers = [
    await ask(buildLink(), { headers }),
    await ask("/mp/who", { method: "POST", headers, body: "person=zhang" }),
    await ask("/mp/decision", { method: "POST", headers, body: "action=confirm" }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 401, 401],
  );
  assert.deepEqual(await platform.control.listGrants(), []);
});

test("the API for developers' servers needs the app secret, not the access token", async (t) => {
  const { askJson } = await openSandbox(t, { accessToken: TOKEN });

  assert.ok(readToken(await askJson(tokenPath())));
});

test("a browser enters once with the token and goes on where it wanted to go", async (t) => {
  const { ask } = await openSandbox(t, { accessToken: TOKEN });
  const open = "http://192.168.1.2:8170/l/abc";

  const entered = await ask(`/phone/enter?token=${TOKEN}&open=${encodeURIComponent(open)}`);
  const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  const phone = await ask("/phone/zhang", { headers: { cookie } });
  const question = await ask(buildLink(), { headers: { cookie: `${cookie}; yici_person=zhang` } });

  assert.deepEqual([entered.status, entered.headers["location"]], [303, open]);
  assert.equal(entered.headers["referrer-policy"], "no-referrer");
  assert.ok(!cookie.includes(TOKEN));
  assert.equal(phone.status, 200);
  assert.match(question.text, /data-testid="confirm-page"/);
});

test("entering sends nobody on without the token, and nowhere but to web addresses", async (t) => {
  const { ask } = await openSandbox(t, { accessToken: TOKEN });
  const evil = encodeURIComponent("https://evil.example/");

  const refused = await ask(`/phone/enter?token=wrong&open=${evil}`);
  const script = await ask(`/phone/enter?token=${TOKEN}&open=javascript:alert(1)`);
  const { ask: askOpen } = await openSandbox(t);
  const open = await askOpen(`/phone/enter?open=${evil}`);

  assert.deepEqual([refused.status, refused.headers["location"]], [401, undefined]);
  assert.equal(script.headers["location"], "/phone");
  assert.equal(open.headers["location"], "/phone");
});

test("without a token the platform answers under its own names only", async (t) => {
  const { ask } = await openSandbox(t);

  const foreign = await ask("/control/v1/accounts", { headers: { host: "evil.example" } });
  const own = await ask("/control/v1/accounts", { headers: { host: "localhost:80" } });

  assert.equal(foreign.status, 403);
  assert.equal(own.status, 200);
});

test("a page of another site changes nothing", async (t) => {
  const { ask } = await openSandbox(t);

  const answers = [];
  for (const headers of [
    { origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ]) {
    answers.push(await ask("/control/v1/reset", { method: "POST", headers }));
  }

  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 403, 403],
  );
});

test("what there is not is told without repeating what was asked", async (t) => {
  const { ask } = await openSandbox(t);

  const answer = await ask("/nothing?secret=canary");

  assert.equal(answer.status, 404);
  assert.ok(!answer.text.includes("canary"));
});
