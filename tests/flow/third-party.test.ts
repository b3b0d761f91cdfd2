import assert from "node:assert/strict";
import { test } from "node:test";
import { encryptPush, signPush } from "@yici/protocol";
import { type ApiReply, APPID, type FlowScene, openFlow } from "./flow-scene.ts";
import { must } from "./must.ts";

const COMPONENT = "wx00000000000000cc";
const SECRET = "component-secret";
const PUSH = { token: "pushtoken", encodingAesKey: "k".repeat(43) };

interface ComponentJson {
  readonly has_ticket: boolean;
  readonly push_url: string;
}

/** A third-party platform of ours, known on both sides; its ticket has arrived. */
async function openComponent(flow: FlowScene): Promise<void> {
  const put = await flow.api<ComponentJson>("POST", "/components", {
    body: {
      appid: COMPONENT,
      app_secret: SECRET,
      push_token: PUSH.token,
      push_key: PUSH.encodingAesKey,
      platform: { kind: "sandbox", api_url: flow.platform.url, page_url: flow.platform.url },
    },
  });
  assert.equal(put.status, 200, put.text);
  const added = { appid: COMPONENT, name: "服务商", secret: SECRET, ...PUSH };
  await flow.platform.control.addComponent({ ...added, url: put.json.push_url });
  await flow.until(async () => {
    const { items } = (await flow.api<{ items: readonly ComponentJson[] }>("GET", "/components"))
      .json;
    return must(items[0]).has_ticket;
  });
}

/** The demo account entrusts itself to the component, and the gateway has its tokens from there. */
async function entrust(flow: FlowScene): Promise<void> {
  await flow.platform.control.authorize(COMPONENT, { appid: APPID });
  const [authorization] = await flow.platform.control.listAuthorizations(COMPONENT);
  const origin = {
    kind: "authorizer",
    component_appid: COMPONENT,
    refresh_token: must(authorization).refreshToken,
  };
  const changed = await flow.account("PATCH", "", {
    body: { token_origin: origin, app_secret: null },
  });
  assert.equal(changed.status, 200, changed.text);
  assert.ok(!changed.text.includes(origin.refresh_token));
}

test("an account that is entrusted to a third-party platform is sent for with the authorizer's token", async () => {
  await using flow = await openFlow();
  await openComponent(flow);
  await entrust(flow);

  await flow.confirm();
  const { json } = await flow.send();

  assert.equal(json.state, "delivered");
  assert.equal((await flow.inbox()).length, 1);
});

test("when the component's own token has ended, another one is asked for", async () => {
  await using flow = await openFlow();
  await openComponent(flow);
  await entrust(flow);
  await flow.confirm();
  await flow.send();

  await flow.control("POST", "/clock", { advance_ms: 7_300_000 });
  await flow.platform.control.issueTicket(COMPONENT);
  await flow.confirm();
  const { json } = await flow.send();

  assert.equal(json.state, "delivered");
});

test("an account that takes back what it entrusted is paused with that reason, and its grants stay", async () => {
  await using flow = await openFlow();
  await openComponent(flow);
  await entrust(flow);
  await flow.platform.control.unauthorize(COMPONENT, { appid: APPID });

  await flow.confirm();
  await flow.accept();
  await flow.until(async () => {
    const { json } = await flow.account<{ readonly pause: unknown }>("GET", "");
    return json.pause !== null;
  });

  const { json } = await flow.account<{ readonly pause: { readonly reason: string } }>("GET", "");
  assert.equal(json.pause.reason, "authorization_missing");
  assert.equal(must((await flow.listGrants())[0]).state, "held");
});

test("a push that is not signed for the component changes nothing", async () => {
  await using flow = await openFlow();
  await openComponent(flow);
  const url = `${flow.gateway.publicUrl}/component/${COMPONENT}?timestamp=1&nonce=2&msg_signature=0`;
  const body = "<xml><AppId>x</AppId><Encrypt><![CDATA[AAAA]]></Encrypt></xml>";

  const reply = await flow.ask("POST", url, { body, headers: { "content-type": "text/xml" } });

  assert.equal(reply.status, 400);
});

test("a push that is encrypted for the component but not signed with its token changes nothing", async () => {
  await using flow = await openFlow();
  await openComponent(flow);
  const message =
    "<xml><InfoType>component_verify_ticket</InfoType><ComponentVerifyTicket>forged</ComponentVerifyTicket></xml>";
  const { encodingAesKey, token } = PUSH;
  const encrypted = encryptPush(message, Buffer.alloc(16), { encodingAesKey, appid: COMPONENT });

  const forged = await push(flow, encrypted, signPush("another token", "1", "2", encrypted));
  const genuine = await push(flow, encrypted, signPush(token, "1", "2", encrypted));

  assert.deepEqual([forged.status, genuine.status, genuine.text], [400, 200, "success"]);
});

function push(flow: FlowScene, encrypted: string, signature: string): Promise<ApiReply<unknown>> {
  const query = `timestamp=1&nonce=2&msg_signature=${signature}`;
  return flow.ask("POST", `${flow.gateway.publicUrl}/component/${COMPONENT}?${query}`, {
    body: `<xml><AppId>${COMPONENT}</AppId><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    headers: { "content-type": "text/xml" },
  });
}

test("no log line shows the component's secret, ticket, tokens or an account's refresh token", async () => {
  await using flow = await openFlow();
  await openComponent(flow);
  await entrust(flow);
  await flow.confirm();
  await flow.send();
  const [authorization] = await flow.platform.control.listAuthorizations(COMPONENT);
  const ticket = await flow.platform.control.issueTicket(COMPONENT);

  const canaries = [SECRET, PUSH.token, must(authorization).refreshToken, ticket.value];
  assert.ok(flow.log.every((line) => canaries.every((canary) => !line.includes(canary))));
});
