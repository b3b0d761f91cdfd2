import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildAuthorizeLink,
  parseAppId,
  parseAuthorizeLink,
  parseAuthorizeQuery,
  parseScene,
  parseTemplateId,
} from "@yici/protocol";
import { must } from "./must.ts";
import file from "./vectors/authorize-links.json" with { type: "json" };

for (const { name, link, parameters, has_wechat_redirect, repeated } of file.vectors) {
  const expected = {
    action: parameters.action,
    appid: parameters.appid,
    scene: parameters.scene,
    templateId: parameters.template_id,
    redirectUrl: parameters.redirect_url,
    reserved: parameters.reserved,
    redirectUri: parameters.redirect_uri,
    repeated: repeated ?? [],
  };

  test(`a link is read: ${name}`, () => {
    assert.deepEqual(parseAuthorizeLink(link), {
      ...expected,
      hasWechatRedirect: has_wechat_redirect,
    });
  });

  test(`a link's query is read as a server receives it: ${name}`, () => {
    const rawQuery = new URL(link).search.slice(1);

    assert.deepEqual(parseAuthorizeQuery(rawQuery), { ...expected, hasWechatRedirect: undefined });
  });
}

for (const { name, link, request } of file.vectors) {
  if (request === undefined) continue;

  test(`a link is built: ${name}`, () => {
    const built = buildAuthorizeLink({
      appid: must(parseAppId(request.appid)),
      scene: must(parseScene(request.scene)),
      templateId: must(parseTemplateId(request.template_id)),
      redirectUrl: request.redirect_url,
      reserved: request.reserved,
    });

    assert.equal(built, link);
  });
}
