import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildAuthorizerTokenBody,
  buildComponentTokenBody,
  parseAccessToken,
  parseAppId,
  parseAuthorizerTokenReply,
  parseComponentTokenReply,
  parseEncryptedPush,
  parseTicketPush,
} from "../src/index.ts";

const COMPONENT = known(parseAppId("wx00000000000000cc"));
const MERCHANT = known(parseAppId("wxaba38c7f163da69b"));

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

test("a component asks for its own token with its secret and the last ticket", () => {
  const body = buildComponentTokenBody({ componentAppid: COMPONENT, secret: "s", ticket: "t" });

  assert.deepEqual(JSON.parse(body), {
    component_appid: COMPONENT,
    component_appsecret: "s",
    component_verify_ticket: "t",
  });
});

test("a component asks for an account's token with its refresh token", () => {
  const body = buildAuthorizerTokenBody({
    componentAppid: COMPONENT,
    authorizerAppid: MERCHANT,
    refreshToken: "r",
  });

  assert.deepEqual(JSON.parse(body), {
    component_appid: COMPONENT,
    authorizer_appid: MERCHANT,
    authorizer_refresh_token: "r",
  });
});

test("the component's own token is read from its reply", () => {
  const reply = parseComponentTokenReply('{"component_access_token":"C","expires_in":7200}');

  assert.deepEqual(reply, {
    kind: "token",
    accessToken: known(parseAccessToken("C")),
    expiresInS: 7_200,
  });
});

test("an account's token is read with the refresh token that serves next time", () => {
  const reply = parseAuthorizerTokenReply(
    '{"authorizer_access_token":"A","expires_in":7200,"authorizer_refresh_token":"R2"}',
  );

  assert.ok(reply.kind === "token");
  assert.deepEqual([reply.accessToken, reply.refreshToken], ["A", "R2"]);
});

for (const [what, body, kind] of [
  ["a refusal", '{"errcode":61004,"errmsg":"access clientip is not registered"}', "refused"],
  ["another member's token", '{"access_token":"A","expires_in":7200}', "unreadable"],
  ["a token without a life", '{"component_access_token":"C"}', "unreadable"],
  ["something else", "<html>", "unreadable"],
] as const) {
  test(`${what} is no component's token`, () => {
    assert.equal(parseComponentTokenReply(body).kind, kind);
  });
}

test("a ticket is read from its push, with CDATA as documented and without", () => {
  const push = (ticket: string): string =>
    `<xml>\n<AppId><![CDATA[${COMPONENT}]]></AppId>\n<CreateTime>1413192605 </CreateTime>\n` +
    `<InfoType><![CDATA[component_verify_ticket]]></InfoType>\n` +
    `<ComponentVerifyTicket>${ticket}</ComponentVerifyTicket>\n</xml>`;

  assert.equal(parseTicketPush(push("<![CDATA[ticket@@@a-B_1]]>")), "ticket@@@a-B_1");
  assert.equal(parseTicketPush(push("ticket@@@a-B_1")), "ticket@@@a-B_1");
  assert.equal(parseTicketPush(push("")), undefined);
});

test("another event of a component brings no ticket", () => {
  const push =
    "<xml><InfoType>unauthorized</InfoType><ComponentVerifyTicket>x</ComponentVerifyTicket></xml>";

  assert.equal(parseTicketPush(push), undefined);
});

test("the encrypted part of a push is found, and nothing where there is none", () => {
  assert.equal(parseEncryptedPush("<xml><Encrypt><![CDATA[AbC+/=]]></Encrypt></xml>"), "AbC+/=");
  assert.equal(parseEncryptedPush("<xml><Encrypt></Encrypt></xml>"), undefined);
  assert.equal(parseEncryptedPush("{}"), undefined);
});
