import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildReply,
  buildStableTokenBody,
  buildTokenQuery,
  buildTokenReply,
  parseAppId,
  parseStableTokenBody,
  parseTokenQuery,
  parseTokenReply,
} from "@yici/protocol";
import { must } from "./must.ts";
import file from "./vectors/token-calls.json" with { type: "json" };

for (const { name, query, fields, request } of file.token_queries) {
  test(`a token query is read: ${name}`, () => {
    assert.deepEqual(parseTokenQuery(query), {
      grantType: fields.grant_type,
      appid: fields.appid,
      secret: fields.secret,
    });
  });

  if (request === undefined) continue;

  test(`a token query is built: ${name}`, () => {
    assert.equal(buildTokenQuery(must(parseAppId(request.appid)), request.secret), query);
  });
}

for (const { name, body, fields, force_refresh, request } of file.stable_bodies) {
  test(`a stable_token body is read: ${name}`, () => {
    assert.deepEqual(parseStableTokenBody(body), {
      kind: "parsed",
      fields: {
        grantType: fields.grant_type,
        appid: fields.appid,
        secret: fields.secret,
        forceRefresh: force_refresh,
      },
    });
  });

  if (request === undefined) continue;

  test(`a stable_token body is built: ${name}`, () => {
    const built = buildStableTokenBody({
      appid: must(parseAppId(request.appid)),
      secret: request.secret,
      forceRefresh: request.force_refresh,
    });

    assert.equal(built, body);
  });
}

for (const { name, body, token, refusal } of file.replies) {
  test(`a token reply is read: ${name}`, () => {
    assert.deepEqual(
      parseTokenReply(body),
      token === undefined
        ? { kind: "refused", ...refusal }
        : { kind: "token", accessToken: token.access_token, expiresInS: token.expires_in },
    );
  });

  test(`a token reply is built: ${name}`, () => {
    const built =
      token === undefined
        ? buildReply(refusal.errcode, refusal.errmsg)
        : buildTokenReply(token.access_token, token.expires_in);

    assert.equal(built, body);
  });
}
