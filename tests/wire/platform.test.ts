import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { DEMO_ACCOUNT, type Platform, startPlatform } from "@yici/platform";
import {
  buildAuthorizeLink,
  parseAppId,
  parseScene,
  parseTemplateId,
  SEND_PATH,
  STABLE_TOKEN_PATH,
  TOKEN_PATH,
} from "@yici/protocol";
import { createManualWorld, type World } from "@yici/runtime";
import { must } from "./must.ts";
import authorizeLinks from "./vectors/authorize-links.json" with { type: "json" };
import callbacks from "./vectors/callbacks.json" with { type: "json" };
import sendBodies from "./vectors/send-bodies.json" with { type: "json" };
import tokenCalls from "./vectors/token-calls.json" with { type: "json" };

/** The same vectors again, over HTTP, against a platform that runs. */
interface Running {
  readonly platform: Platform;
  readonly world: World;
  /** What the demo's first person is called under its account. */
  readonly openid: string;
}

async function start(t: TestContext): Promise<Running> {
  const world = createManualWorld();
  const platform = await startPlatform({ demo: true, world });
  t.after(async () => {
    await platform.stop();
    await world.dispatcher.destroy();
  });
  const [person] = await platform.control.listPeople();
  return { platform, world, openid: must(person?.openids[DEMO_ACCOUNT.appid]) };
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
}

async function call({ platform, world }: Running, { method, path, body }: Call): Promise<unknown> {
  const answer = await world.dispatcher.request({
    origin: platform.url,
    method,
    path,
    body: body ?? null,
  });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["content-type"], "application/json; encoding=utf-8");
  return answer.body.json();
}

/** Which links a person is not asked by, and the check that says so; by a part of the vector's name. */
const REFUSED_LINKS: Readonly<Record<string, string>> = {
  redirect_uri: "redirect_url_is_given",
  "encoded twice": "redirect_url_is_absolute",
  "without the mandatory fragment": "wechat_redirect_is_there",
  "misspelt fragment": "wechat_redirect_is_there",
};

for (const { name, link, parameters } of authorizeLinks.vectors) {
  test(`a running platform opens a link or says why not: ${name}`, async (t) => {
    const { platform } = await start(t);
    const host = URL.parse(parameters.redirect_url ?? "")?.hostname;
    if (parameters.appid !== DEMO_ACCOUNT.appid) {
      const { templateId } = DEMO_ACCOUNT;
      await platform.control.addAccount({
        appid: parameters.appid,
        name: "App",
        kind: "mobile_app",
        templateId,
      });
    } else if (host !== undefined && host !== "") {
      await platform.control.changeAccount(DEMO_ACCOUNT.appid, { businessDomains: [host] });
    }
    const part = Object.keys(REFUSED_LINKS).find((candidate) => name.includes(candidate));

    const decision = await platform.control.decide({
      authorizeLink: link,
      person: "zhang",
      action: "confirm",
    });

    if (part !== undefined) {
      assert.equal(decision.kind === "refused" && decision.check, REFUSED_LINKS[part]);
      return;
    }
    assert.ok(decision.kind === "redirected", JSON.stringify(decision));
    const query = new URLSearchParams(
      decision.location.split("?").slice(1).join("?").split("#")[0],
    );
    assert.equal(query.get("reserved") ?? undefined, parameters.reserved);
    assert.equal(query.get("scene"), parameters.scene);
    assert.match(query.get("openid") ?? "", /^o[A-Za-z0-9_-]{27}$/);
  });
}

for (const vector of callbacks.vectors) {
  // A platform returns fragments clean; the other form is an option of later versions.
  if (vector.fragment !== "clean") continue;

  test(`a running platform sends people back: ${vector.name}`, async (t) => {
    const { platform } = await start(t);
    const url = new URL(vector.redirect_url);
    const isApp = url.protocol !== "https:" && url.protocol !== "http:";
    const account = await platform.control.addAccount({
      ...(isApp && { appid: url.protocol.slice(0, -1), kind: "mobile_app" }),
      name: "号",
      templateId: vector.template_id,
      ...(!isApp && { businessDomains: [url.hostname] }),
    });
    const authorizeLink = buildAuthorizeLink({
      appid: must(parseAppId(account.appid)),
      scene: must(parseScene(vector.scene)),
      templateId: must(parseTemplateId(vector.template_id)),
      redirectUrl: vector.redirect_url,
    });
    const reserved =
      vector.reserved === undefined ? "" : `&reserved=${encodeURIComponent(vector.reserved)}`;

    const decision = await platform.control.decide({
      authorizeLink: authorizeLink.replace("#", `${reserved}#`),
      person: "zhang",
      action: vector.action === "confirm" ? "confirm" : "cancel",
    });

    const [person] = await platform.control.listPeople();
    const openid = must(person?.openids[account.appid]);
    assert.ok(decision.kind === "redirected", JSON.stringify(decision));
    assert.equal(decision.location.replace(openid, vector.openid ?? ""), vector.location);
  });
}

for (const { name, body, fields, errcode } of sendBodies.vectors) {
  test(`a running platform takes a body or refuses it: ${name}`, async (t) => {
    const running = await start(t);
    const { platform, openid } = running;
    const { access_token } = (await call(running, {
      method: "GET",
      path: `${TOKEN_PATH}?grant_type=client_credential&appid=${DEMO_ACCOUNT.appid}&secret=${DEMO_ACCOUNT.secret}`,
    })) as { access_token: string };
    const scene = Number(fields?.scene ?? 1000);
    const redirect = encodeURIComponent("http://localhost/");
    await platform.control.decide({
      authorizeLink: `/mp/subscribemsg?action=get_confirm&appid=${DEMO_ACCOUNT.appid}&scene=${scene}&template_id=${DEMO_ACCOUNT.templateId}&redirect_url=${redirect}#wechat_redirect`,
      person: "zhang",
      action: "confirm",
    });

    const reply = (await call(running, {
      method: "POST",
      path: `${SEND_PATH}?access_token=${access_token}`,
      body: body
        .replace(/"touser":\s*"[^"]+"/, `"touser":"${openid}"`)
        .replace(/"template_id":\s*"[^"]+"/, `"template_id":"${DEMO_ACCOUNT.templateId}"`),
    })) as { errcode: number };

    assert.equal(reply.errcode, errcode ?? expectErrcode(fields));
    if (reply.errcode !== 0) return;
    const [message] = await platform.control.listInbox({ person: "zhang" });
    assert.ok(message);
    assert.deepEqual(
      [message.scene, message.title, message.content, message.color, message.url],
      [scene, fields?.title, fields?.content, fields?.color, fields?.url],
    );
    assert.deepEqual(message.miniprogram, fields?.miniprogram);
  });
}

/** A body that was read may still lack what a message needs. */
function expectErrcode(
  fields: { readonly scene?: unknown; readonly title?: unknown } = {},
): number {
  if (fields.scene === undefined) return 40097;
  return fields.title === undefined ? 40062 : 0;
}

for (const { name, query, fields } of tokenCalls.token_queries) {
  test(`a running platform answers a token call: ${name}`, async (t) => {
    const running = await start(t);

    const reply = await call(running, { method: "GET", path: `${TOKEN_PATH}?${query}` });

    assertTokenReply(reply, fields.secret === undefined ? 41004 : undefined);
  });
}

for (const { name, body } of tokenCalls.stable_bodies) {
  test(`a running platform answers a stable_token call: ${name}`, async (t) => {
    const running = await start(t);

    const reply = await call(running, { method: "POST", path: STABLE_TOKEN_PATH, body });

    assertTokenReply(reply, undefined);
  });
}

/** Either a token and nothing else, or an errcode with its text. */
function assertTokenReply(reply: unknown, errcode: number | undefined): void {
  assert.ok(typeof reply === "object" && reply !== null);
  if (errcode === undefined) {
    assert.deepEqual(Object.keys(reply), ["access_token", "expires_in"]);
  } else {
    assert.equal("errcode" in reply && reply.errcode, errcode);
    assert.deepEqual(Object.keys(reply), ["errcode", "errmsg"]);
  }
}
