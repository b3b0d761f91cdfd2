import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import { buildAppLink, findAppScreen } from "../src/mobile-app/app-link.ts";
import {
  APPID,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

/** The link that WeChat opens for the demo account, taken for an app. */
function buildLink(changes: { readonly reserved?: string; readonly template?: string } = {}) {
  const [appid, scene, templateId] = [
    parseAppId(APPID),
    parseScene(1000),
    parseTemplateId(changes.template ?? DEMO_ACCOUNT.templateId),
  ];
  assert.ok(appid !== undefined && scene !== undefined && templateId !== undefined);
  return buildAppLink({ appid, scene, templateId, reserved: changes.reserved });
}

async function openAppSandbox(...parameters: Parameters<typeof openSandbox>): Promise<Sandbox> {
  const sandbox = await openSandbox(...parameters);
  await sandbox.platform.control.changeAccount(APPID, { kind: "mobile_app" });
  return sandbox;
}

test("the link for an app is the real client's, word by word: its order, and null as text", () => {
  assert.equal(
    buildLink(),
    `/mp/subscribemsg?action=get_confirm&scene=1000&template_id=${DEMO_ACCOUNT.templateId}&reserved=null&appid=${APPID}&redirect_url=${APPID}%3A%2F%2F#wechat_redirect`,
  );
});

test("an app's person confirms, the app is told, and the message lies in Service Notifications though the person follows", async (t) => {
  const sandbox = await openAppSandbox(t);
  const { control } = sandbox.platform;

  const decision = await control.decide({
    authorizeLink: buildLink(),
    person: "zhang",
    action: "confirm",
  });
  const token = await getToken(sandbox);
  const sent = await send(sandbox, token, await makeBody(sandbox, { person: "zhang" }));

  const [grant] = await control.listGrants();
  assert.deepEqual(decision, {
    kind: "redirected",
    location: `${APPID}://?openid=${grant?.openid}&template_id=${DEMO_ACCOUNT.templateId}&action=confirm&reserved=null&scene=1000`,
  });
  assert.equal(readErrcode(sent), 0);
  assert.equal((await control.listInbox())[0]?.placement, "service_notification");
});

test("whoever decides for an app on the page comes to the app's screen on the phone, for no browser follows its scheme", async (t) => {
  const { ask } = await openAppSandbox(t);
  const question = await ask(buildLink({ reserved: "hello" }), {
    headers: { cookie: "yici_person=li" },
  });
  const cookie = `yici_person=li; ${String(question.headers["set-cookie"]).split(";")[0]}`;
  const hidden = [...question.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const form = new URLSearchParams(
    hidden.map(([, name = "", value = ""]) => [name, value.replaceAll("&amp;", "&")]),
  );
  form.set("action", "cancel");

  const back = await ask("/mp/decision", {
    method: "POST",
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });

  assert.equal(
    back.headers["location"],
    `/phone/li/apps/${APPID}?template_id=${DEMO_ACCOUNT.templateId}&action=cancel&reserved=hello&scene=1000`,
  );
});

test("of an app, a wrong template and a missing review both end in 应用访问参数错误", async (t) => {
  const { platform } = await openAppSandbox(t);
  const decide = (authorizeLink: string) =>
    platform.control.decide({ authorizeLink, person: "li", action: "confirm" });

  const foreign = await decide(buildLink({ template: "another" }));
  await platform.control.changeAccount(APPID, { isCertified: false });
  const unreviewed = await decide(buildLink());

  assert.ok(foreign.kind === "refused" && unreviewed.kind === "refused");
  assert.deepEqual(
    [foreign.check, unreviewed.check],
    ["template_belongs_to_app", "account_is_certified"],
  );
  assert.deepEqual(
    [foreign.pageText, unreviewed.pageText],
    ["应用访问参数错误", "应用访问参数错误"],
  );
});

test("an app's screen is found for an app's address alone", () => {
  assert.equal(findAppScreen("li", "https://shop.example/?a=b"), undefined);
  assert.equal(findAppScreen("li", `${APPID}://evil?a=b`), undefined);
  assert.equal(findAppScreen("li", `${APPID}://?a=b`), `/phone/li/apps/${APPID}?a=b`);
});
