import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildReply,
  buildStableTokenBody,
  buildTokenQuery,
  buildTokenReply,
  parseStableTokenBody,
  parseTokenQuery,
  parseTokenReply,
} from "@yici/protocol";
import * as fc from "fast-check";
import { anyQuery, anyText, appids } from "./arbitraries.ts";
import { APPID } from "./official-sample.ts";

const secrets = fc.string({ unit: "binary", minLength: 1 });
const accessTokens = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 512,
});

test("a token query is read back unchanged", () => {
  fc.assert(
    fc.property(appids, secrets, (appid, secret) => {
      assert.deepEqual(parseTokenQuery(buildTokenQuery(appid, secret)), {
        grantType: "client_credential",
        appid,
        secret,
      });
    }),
  );
});

test("a secret with the query's own separators is read back unchanged", () => {
  const secret = "a&appid=b+c%20d#e";

  assert.equal(parseTokenQuery(buildTokenQuery(APPID, secret)).secret, secret);
});

test("a stable_token body is read back unchanged", () => {
  fc.assert(
    fc.property(appids, secrets, fc.boolean(), (appid, secret, forceRefresh) => {
      assert.deepEqual(
        parseStableTokenBody(buildStableTokenBody({ appid, secret, forceRefresh })),
        {
          kind: "parsed",
          fields: { grantType: "client_credential", appid, secret, forceRefresh },
        },
      );
    }),
  );
});

test("a token reply is read back unchanged", () => {
  fc.assert(
    fc.property(accessTokens, fc.integer({ min: 1, max: 7_200 }), (accessToken, expiresInS) => {
      assert.deepEqual(parseTokenReply(buildTokenReply(accessToken, expiresInS)), {
        kind: "token",
        accessToken,
        expiresInS,
      });
    }),
  );
});

test("what is absent or empty in a token call is absent", () => {
  assert.deepEqual(parseTokenQuery("grant_type=&secret="), {
    grantType: undefined,
    appid: undefined,
    secret: undefined,
  });
  assert.deepEqual(parseStableTokenBody('{"appid":"","secret":null,"force_refresh":"true"}'), {
    kind: "parsed",
    fields: { grantType: undefined, appid: undefined, secret: undefined, forceRefresh: false },
  });
});

test("an empty stable_token body is 44002, anything but a JSON object 47001", () => {
  assert.deepEqual(parseStableTokenBody(""), { kind: "refused", errcode: 44002 });
  assert.deepEqual(parseStableTokenBody(buildTokenQuery(APPID, "s")), {
    kind: "refused",
    errcode: 47001,
  });
});

test("a reply that gives a token is a token, even when it also says errcode 0", () => {
  const reply = parseTokenReply(
    '{"errcode":0,"errmsg":"ok","access_token":"80_x","expires_in":7200}',
  );

  assert.deepEqual(reply, { kind: "token", accessToken: "80_x", expiresInS: 7_200 });
});

test("a refusal keeps its errcode, text and rid", () => {
  assert.deepEqual(
    parseTokenReply(buildReply(40125, "invalid appsecret, rid: 605433ff-76bfc22c-2fb75ddf")),
    {
      kind: "refused",
      errcode: 40125,
      errmsg: "invalid appsecret, rid: 605433ff-76bfc22c-2fb75ddf",
      rid: "605433ff-76bfc22c-2fb75ddf",
    },
  );
});

test("a reply with neither a usable token nor a refusal is unreadable", () => {
  for (const body of [
    "",
    "<html></html>",
    "{}",
    '{"errcode":0,"errmsg":"ok"}',
    '{"access_token":"","expires_in":7200}',
    '{"access_token":"a b","expires_in":7200}',
    '{"access_token":"80_x"}',
    '{"access_token":"80_x","expires_in":0}',
    '{"access_token":"80_x","expires_in":"7200"}',
    '{"access_token":7,"expires_in":7200}',
  ]) {
    assert.deepEqual(parseTokenReply(body), { kind: "unreadable" }, body);
  }
});

test("reading never throws, whatever the text", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyQuery, fc.json()), (text) => {
      parseTokenQuery(text);
      parseStableTokenBody(text);
      parseTokenReply(text);
    }),
  );
});
