import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DEMO_ACCOUNT, startPlatform } from "@yici/platform";
import { makeFolder, startYici } from "./running-yici.ts";
import { visit } from "./visit.ts";

const NODE = process.execPath;

/** A program that asks the platform for a token, knowing nothing but its environment. */
const ASK_TOKEN = `
  const { YICI_PLATFORM_URL: url, YICI_APPID: appid, YICI_APP_SECRET: secret } = process.env;
  const query = "grant_type=client_credential&appid=" + appid + "&secret=" + secret;
  const reply = await fetch(url + "/cgi-bin/token?" + query);
  console.log(JSON.stringify(await reply.json()));
`;

test("platform exec: a command finds the platform in its environment, and all output is the command's", async (t) => {
  const yici = startYici(t, ["platform", "exec", "--", ...evaluate(ASK_TOKEN)]);

  assert.equal(await yici.ended, 0, yici.err());
  const { access_token: token, expires_in: expiresIn } = JSON.parse(yici.out()) as Record<
    string,
    unknown
  >;
  assert.ok(token);
  assert.equal(expiresIn, 7200);
});

test("the command's exit code is yici's own, and afterwards nothing runs any more", async (t) => {
  const script = "console.log(process.env.YICI_PLATFORM_URL); process.exitCode = 41;";

  const yici = startYici(t, ["platform", "exec", "--", ...evaluate(script)]);

  assert.equal(await yici.ended, 41);
  await assert.rejects(visit(yici.out().trim()), { code: "ECONNREFUSED" });
});

for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} is passed on to the command; what it ends of is told as shells do`, async (t) => {
    const yici = startYici(t, ["platform", "exec", "--", ...evaluate(RUN_ON)]);
    await yici.until(/running/);

    yici.signal(signal);

    assert.equal(await yici.ended, code);
  });
}

test("a command that ends well by a signal ends with its own code", async (t) => {
  const script = `process.on("SIGTERM", () => process.exit(7)); ${RUN_ON}`;
  const yici = startYici(t, ["dev", "exec", "--", ...evaluate(script)]);
  await yici.until(/running/);

  yici.signal("SIGTERM");

  assert.equal(await yici.ended, 7);
});

test("a command that cannot be started is told in words", async (t) => {
  const yici = startYici(t, ["platform", "exec", "--", "no-such-program"]);

  assert.equal(await yici.ended, 6);
  assert.match(yici.err(), /no-such-program/);
  assert.equal(yici.out(), "");
});

test("dev exec: a command finds both sides, a key that opens the gateway, and leaves nothing on disk", async (t) => {
  const script = `
    const { env } = process;
    const headers = { authorization: "Bearer " + env.YICI_API_KEY };
    const accounts = await (await fetch(env.YICI_ADMIN_URL + "/v1/accounts", { headers })).json();
    const entry = await fetch(env.YICI_LINK_URL, { redirect: "manual" });
    console.log(JSON.stringify({
      appid: accounts.items[0].appid,
      entry: entry.status,
      isOfGateway: env.YICI_LINK_URL.startsWith(env.YICI_GATEWAY_URL),
      asks: entry.headers.get("location").startsWith(env.YICI_PLATFORM_URL),
      template: env.YICI_TEMPLATE_ID,
    }));
  `;
  const yici = startYici(t, ["dev", "exec", "--", ...evaluate(script)]);

  assert.equal(await yici.ended, 0, yici.err());
  assert.deepEqual(JSON.parse(yici.out()), {
    appid: DEMO_ACCOUNT.appid,
    entry: 302,
    isOfGateway: true,
    asks: true,
    template: DEMO_ACCOUNT.templateId,
  });
});

test("platform exec begins with a snapshot, and says what is wrong with one that is none", async (t) => {
  const folder = makeFolder(t);
  const platform = await startPlatform({ demo: true });
  await platform.control.addPerson({ id: "zhao", name: "赵六" });
  const [good, bad] = [join(folder, "good.json"), join(folder, "bad.json")];
  writeFileSync(good, JSON.stringify(await platform.control.takeSnapshot()));
  writeFileSync(bad, '{"hello":1}');
  await platform.stop();
  const list = `console.log(await (await fetch(process.env.YICI_CONTROL_URL + "/people")).text())`;

  const [fine, refused] = [good, bad].map((file) =>
    startYici(t, ["platform", "exec", "--snapshot", file, "--", ...evaluate(list)]),
  );

  assert.equal(await fine?.ended, 0);
  assert.match(fine?.out() ?? "", /赵六/);
  assert.equal(await refused?.ended, 2);
  assert.match(refused?.err() ?? "", /no snapshot of a yici platform/);
});

test("platform exec --tls: Node.js trusts the certificate without another word", async (t) => {
  const script = `console.log(process.env.YICI_PLATFORM_URL); ${ASK_TOKEN}`;

  // The two dashes may be left out: what begins with one belongs to the command.
  const yici = startYici(t, ["platform", "exec", "--tls", ...evaluate(script)]);

  assert.equal(await yici.ended, 0, yici.err());
  assert.match(yici.out(), /^https:.*\n.*"access_token"/);
});

test("dev exec --tls: the gateway trusts the platform as the command does, and a message arrives", async (t) => {
  const script = `
    const { env } = process;
    const headers = { authorization: "Bearer " + env.YICI_API_KEY, "content-type": "application/json" };
    const control = (path, body) =>
      fetch(env.YICI_CONTROL_URL + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const entry = await fetch(env.YICI_LINK_URL, { redirect: "manual" });
    const authorize_link = entry.headers.get("location");
    const decided = await control("/decisions", { authorize_link, person: "li", action: "confirm" });
    const { location } = await decided.json();
    await fetch(location);
    const openid = new URL(location).searchParams.get("openid");
    const sent = await fetch(env.YICI_ADMIN_URL + "/v1/accounts/" + env.YICI_APPID + "/messages?wait_ms=10000", {
      method: "POST", headers, body: JSON.stringify({ openid, scene: 1000, title: "t", content: "c" }),
    });
    console.log(env.YICI_PLATFORM_URL.split(":")[0], authorize_link.split(":")[0], (await sent.json()).state);
  `;

  const yici = startYici(t, ["dev", "exec", "--tls", "--", ...evaluate(script)]);

  assert.equal(await yici.ended, 0, yici.err());
  assert.equal(yici.out().trim(), "https https delivered");
});

test("dev exec --readings: the platform is the WeChat that was chosen", async (t) => {
  const script = `
    const headers = { "content-type": "application/json" };
    const link = await fetch(process.env.YICI_LINK_URL, { redirect: "manual" });
    const authorize = new URL(link.headers.get("location"));
    authorize.searchParams.delete("reserved");
    authorize.hash = "wechat_redirect";
    const body = JSON.stringify({ authorize_link: authorize.href, person: "li", action: "cancel" });
    const answer = await fetch(process.env.YICI_CONTROL_URL + "/decisions", { method: "POST", headers, body });
    console.log(new URL((await answer.json()).location).searchParams.has("reserved"));
  `;

  const yici = startYici(t, ["dev", "exec", "--readings", "pessimistic", ...evaluate(script)]);

  assert.equal(await yici.ended, 0, yici.err());
  assert.equal(yici.out().trim(), "true");
});

test("platform --tls says where its authority is and how to trust it", async (t) => {
  const data = makeFolder(t);
  const yici = startYici(t, ["platform", "--tls", "--port", "0", "--data", data]);

  await yici.until(/connect-to/);

  assert.match(yici.out(), new RegExp(`NODE_EXTRA_CA_CERTS=${join(data, "ca.pem")}`));
  assert.match(yici.out(), /https:\/\/127\.0\.0\.1:\d+\/phone/);
  assert.match(yici.out(), /\/etc\/hosts +127\.0\.0\.1 api\.weixin\.qq\.com mp\.weixin\.qq\.com/);
  yici.signal("SIGTERM");
  assert.equal(await yici.ended, 0);
});

const RUN_ON = 'console.log("running"); setInterval(() => undefined, 60_000);';

function evaluate(script: string): readonly string[] {
  return [NODE, "--input-type=module", "--eval", script];
}
