import assert from "node:assert/strict";
import { test } from "node:test";
import { listOverflows } from "./list-overflows.ts";
import { readJson, type Stage, startStage } from "./start-stage.ts";
import { takePicture } from "./take-picture.ts";

test("on a phone an administrator entrusts an account to a third-party platform, by keyboard, comes back with a code, and takes it back in the console", async () => {
  await using stage = await startStage();
  const { platform, account } = stage.dev;
  const appid = await addComponent(stage);
  const back = `${platform.url}/phone/zhang/me`;
  const query = new URLSearchParams({
    action: "bindcomponent",
    auth_type: "1",
    no_scan: "1",
    component_appid: appid,
    pre_auth_code: await makePreAuthCode(stage, appid),
    redirect_uri: back,
  });
  const page = await stage.openPage();
  await page.goto(`${platform.url}/safe/bindcomponent?${query.toString()}#wechat_redirect`);
  await takePicture(page, "component-login");
  assert.deepEqual(await listOverflows(page), []);

  await page.getByTestId("account-choice").focus();
  await page.keyboard.press("Enter");

  await page.waitForURL(/[?&]auth_code=/);
  const location = new URL(page.url());
  assert.equal(location.origin + location.pathname, back);
  const [authorization] = await platform.control.listAuthorizations(appid);
  assert.deepEqual([authorization?.appid, authorization?.permissionSets], [account.appid, [7]]);
  await page.goto(`${platform.url}/mp/accounts/${account.appid}#entrusted`);
  await takePicture(page, "console-entrusted");
  assert.deepEqual(await listOverflows(page), []);
  await page.getByTestId("console-take-back").click();
  await page.getByTestId("console-entrusted").waitFor({ state: "detached" });
  const [takenBack] = await platform.control.listAuthorizations(appid);
  assert.ok(takenBack?.revokedAt !== undefined);
});

const SECRET = "component-secret";

async function addComponent({ dev }: Stage): Promise<string> {
  const { appid } = await dev.platform.control.addComponent({
    name: "第三方平台",
    secret: SECRET,
    // Nobody listens there: what is pushed is tried and given up.
    url: "http://127.0.0.1:1/push",
    token: "token",
    encodingAesKey: "a".repeat(43),
  });
  return appid;
}

async function makePreAuthCode(stage: Stage, appid: string): Promise<string> {
  const ticket = await stage.dev.platform.control.issueTicket(appid);
  const { component_access_token: token = "" } = await call(stage, "api_component_token", {
    component_appid: appid,
    component_appsecret: SECRET,
    component_verify_ticket: ticket.value,
  });
  const path = `api_create_preauthcode?component_access_token=${token}`;
  const { pre_auth_code: code = "" } = await call(stage, path, { component_appid: appid });
  return code;
}

async function call(
  { api, dev }: Stage,
  path: string,
  data: object,
): Promise<Readonly<Record<string, string>>> {
  return readJson(await api.post(`${dev.platform.url}/cgi-bin/component/${path}`, { data }));
}
