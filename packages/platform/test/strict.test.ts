import assert from "node:assert/strict";
import { test } from "node:test";
import { ControlError } from "@yici/platform";
import { findFreePort } from "./find-free-port.ts";
import { APPID, buildLink, openSandbox, readErrcode, type Sandbox, tokenPath } from "./sandbox.ts";

const IN_WECHAT = { "user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.60 NetType/WIFI" };
const ON_A_DESK = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0" };

const BACK = buildLink({ redirect_url: "https://support.qq.com/back" });

async function decide({ platform }: Sandbox, link: string): Promise<string> {
  const decision = await platform.control.decide({
    authorizeLink: link,
    person: "zhang",
    action: "cancel",
  });
  return decision.kind === "refused" ? decision.check : decision.kind;
}

function findCheck(page: string): string | undefined {
  const [shown = ""] = page.split("<template");
  return /data-check="([^"]+)"/.exec(shown)?.[1];
}

test("a strict platform opens the confirm page in WeChat alone; a sandbox in any browser", async (t) => {
  const strict = await openSandbox(t, { strict: true });
  const sandbox = await openSandbox(t);
  const cookie = "yici_person=zhang";

  const pages = [
    await strict.ask(BACK, { headers: { ...IN_WECHAT, cookie } }),
    await strict.ask(BACK, { headers: { ...ON_A_DESK, cookie } }),
    await strict.ask(BACK, { headers: { cookie } }),
    await sandbox.ask(BACK, { headers: { ...ON_A_DESK, cookie } }),
  ];

  assert.deepEqual(
    pages.map(({ text }) => findCheck(text)),
    [undefined, "opened_in_wechat", "opened_in_wechat", undefined],
  );
  assert.match(pages[1]?.text ?? "", /请在微信客户端打开链接/);
  assert.equal(await decide(strict, BACK), "redirected");
});

test("a strict platform lets no test account ask; a sandbox does", async (t) => {
  const checks: string[] = [];
  for (const strict of [true, false]) {
    const sandbox = await openSandbox(t, { strict });
    await sandbox.platform.control.changeAccount(APPID, { kind: "test" });
    checks.push(await decide(sandbox, BACK));
  }

  assert.deepEqual(checks, ["account_is_no_test_account", "redirected"]);
});

const SANDBOX_ADDRESSES = [
  "http://localhost/",
  "http://127.0.0.1/",
  "http://2130706433/",
  "http://8.8.8.8/",
  "http://shop.localhost/",
  "https://support.qq.com:8443/",
];

for (const address of SANDBOX_ADDRESSES) {
  test(`a strict platform never leads back to ${address}, though its host is registered; a sandbox does`, async (t) => {
    const checks: string[] = [];
    for (const strict of [true, false]) {
      const sandbox = await openSandbox(t, { strict });
      const businessDomains = [new URL(address).hostname];
      await sandbox.platform.control.changeAccount(APPID, { businessDomains });
      checks.push(await decide(sandbox, buildLink({ redirect_url: address })));
    }

    assert.deepEqual(checks, ["redirect_url_is_no_sandboxs", "redirected"]);
  });
}

test("a strict platform still leads an app's person back to the app", async (t) => {
  const sandbox = await openSandbox(t, { strict: true });
  await sandbox.platform.control.changeAccount(APPID, { kind: "mobile_app" });

  const outcome = await decide(sandbox, buildLink({ redirect_url: `${APPID}://` }));

  assert.equal(outcome, "redirected");
});

const PUSH = { token: "token", encodingAesKey: "A".repeat(43) };

for (const url of ["http://127.0.0.1/push", "https://localhost/push", "https://h.example:8443/"]) {
  test(`a strict platform pushes nothing to ${url}, neither for an account nor for a component`, async (t) => {
    const { platform } = await openSandbox(t, { strict: true });
    const { control } = platform;
    const component = await control.addComponent({
      ...PUSH,
      name: "第三方",
      url: "https://third.invalid/push",
    });

    const attempts = [
      control.changePush(APPID, { ...PUSH, url }),
      control.addComponent({ ...PUSH, name: "又一个", url }),
      control.changeComponent(component.appid, { url }),
    ];

    for (const attempt of attempts) {
      await assert.rejects(attempt, (error) => {
        assert.ok(error instanceof ControlError);
        assert.match(error.issues[0]?.problem.en ?? "", /a strict platform does not/);
        return true;
      });
    }
    assert.deepEqual(await control.listComponents(), [component]);
  });
}

test("a strict platform answers API calls by https alone: a plain one gets 43003, and the journal says why", async (t) => {
  const strict = await openSandbox(t, { strict: true });
  const sandbox = await openSandbox(t);

  const refused = await strict.ask(tokenPath());
  const accepted = await sandbox.ask(tokenPath());

  assert.equal(readErrcode(refused), 43003);
  assert.match(accepted.text, /access_token/);
  const [entry] = await strict.platform.control.listJournal();
  assert.deepEqual([entry?.errcode, entry?.appid], [43003, APPID]);
  assert.match(entry?.why?.en ?? "", /made with https/);
});

test("behind a proxy that ends the encryption, whose address is its public one, a strict platform answers", async (t) => {
  const port = await findFreePort();
  const { world } = await openSandbox(t, { strict: true, port, publicUrl: "https://wx.example" });

  const answer = await world.dispatcher.request({
    origin: `http://127.0.0.1:${port}`,
    path: tokenPath(),
    method: "GET",
  });

  assert.match(await answer.body.text(), /access_token/);
});
