import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { openReceiver, PUSH_KEY, PUSH_TOKEN } from "./receiver.ts";
import { type Answer, APPID, getToken, openSandbox, readErrcode } from "./sandbox.ts";

type Check = (body: unknown) => Promise<Answer>;

/** Asks for a check of the account's server, which is there. */
async function openChecked(t: TestContext): Promise<Check> {
  const sandbox = await openSandbox(t);
  const { url } = await openReceiver(t);
  const settings = { url, token: PUSH_TOKEN, encodingAesKey: PUSH_KEY };
  await sandbox.platform.control.changePush(APPID, settings);
  const token = await getToken(sandbox);
  return (body) => sandbox.post(`/cgi-bin/callback/check?access_token=${token}`, body);
}

test("a check tells of the address and of the way to it, or of one of the two, and asks no network", async (t) => {
  const check = await openChecked(t);
  const replies: unknown[] = [];

  for (const action of ["all", "dns", "ping"]) {
    replies.push(JSON.parse((await check({ action, check_operator: "UNICOM" })).text));
  }

  const dns = [{ ip: "127.0.0.1", real_operator: "UNICOM" }];
  const ping = [{ ip: "127.0.0.1", from_operator: "UNICOM", package_loss: "0%", time: "0.000ms" }];
  assert.deepEqual(replies, [{ dns, ping }, { dns }, { ping }]);
});

test("without a URL there is nothing to check: 40201", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);

  const answer = await sandbox.post(`/cgi-bin/callback/check?access_token=${token}`, {
    action: "all",
    check_operator: "DEFAULT",
  });

  assert.match(answer.text, /^{"errcode":40201,"errmsg":"callback url is not set rid: /);
  const [, entry] = await sandbox.platform.control.listJournal();
  assert.match(entry?.why?.en ?? "", /no URL for message push/);
});

for (const { name, body, errcode } of [
  { name: "an unknown action", body: { action: "trace", check_operator: "CAP" }, errcode: 40202 },
  { name: "no action", body: { check_operator: "CAP" }, errcode: 40202 },
  { name: "an unknown operator", body: { action: "all", check_operator: "ISP" }, errcode: 40203 },
  { name: "no operator", body: { action: "all" }, errcode: 40203 },
]) {
  test(`${name} is refused: ${errcode}`, async (t) => {
    const check = await openChecked(t);

    assert.equal(readErrcode(await check(body)), errcode);
  });
}
