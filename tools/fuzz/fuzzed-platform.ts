import assert from "node:assert/strict";
import { DEMO_ACCOUNT, type Platform, startPlatform } from "@yici/platform";
import type { ControlCall, FuzzTarget } from "./target.ts";

// The process that is fuzzed: nothing but a platform. Its parent sends `round` and `end`, each when nothing is under way.

/** What this process answers to `round`. */
export interface RoundStart {
  readonly target: FuzzTarget;
  /** Bytes of live objects and buffers, garbage collected. */
  readonly heldBytes: number;
}

const { appid, secret, templateId } = DEMO_ACCOUNT;
const AUTHORIZE_QUERY = new URLSearchParams({
  action: "get_confirm",
  appid,
  scene: "7",
  template_id: templateId,
  redirect_url: "http://localhost/back",
});

const platform = await startPlatform({ demo: true });
process.on("message", (message) => {
  const answer = message === "round" ? startRound() : end();
  answer.then(
    (sent) => process.send?.(sent),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.("ready");

/** Wipes away what the round before has left, so that all begin alike and what grows has no excuse. */
async function startRound(): Promise<RoundStart> {
  await platform.control.reset();
  const target = await prepare(platform);
  gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { target, heldBytes: heapUsed + external };
}

/** The story still goes as ever, and the platform stops. */
async function end(): Promise<string> {
  await platform.control.reset();
  const { token, openid } = await prepare(platform);
  const body = { touser: openid, template_id: templateId, scene: 7, title: "订阅通知", data: {} };
  const reply = await ask(`/cgi-bin/message/template/subscribe?access_token=${token}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.deepEqual(await reply.json(), { errcode: 0, errmsg: "ok" });
  await platform.stop();
  setImmediate(() => process.disconnect?.());
  return "ended";
}

async function prepare({ control, url }: Platform): Promise<FuzzTarget> {
  const authorizeLink = `/mp/subscribemsg?${AUTHORIZE_QUERY.toString()}#wechat_redirect`;
  const decision = await control.decide({ authorizeLink, person: "zhang", action: "confirm" });
  assert.equal(decision.kind, "redirected");
  const page = await ask(authorizeLink, { headers: { cookie: "yici_person=zhang" } });
  const formToken = /name="form_token" value="([^"]+)"/u.exec(await page.text())?.[1];
  const browserCookie = page.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  assert.ok(formToken !== undefined);
  return {
    port: Number(new URL(url).port),
    appid,
    secret,
    templateId,
    token: await fetchToken(),
    openid: new URL(decision.location).searchParams.get("openid") ?? "",
    cookies: ["yici_person=zhang", ...browserCookie].join("; "),
    formToken,
    controlCalls: await listControlCalls(),
  };
}

async function fetchToken(): Promise<string> {
  const query = new URLSearchParams({ grant_type: "client_credential", appid, secret });
  const reply = await ask(`/cgi-bin/token?${query.toString()}`);
  const { access_token: token } = (await reply.json()) as { readonly access_token: string };
  return token;
}

async function listControlCalls(): Promise<readonly ControlCall[]> {
  const document = await ask("/control/v1/openapi.json");
  const { paths } = (await document.json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace("/control/v1", ""),
    })),
  );
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, platform.url), init);
}
