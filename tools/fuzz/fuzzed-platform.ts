import assert from "node:assert/strict";
import { DEMO_ACCOUNT, type Platform, startPlatform } from "@yici/platform";
import { createDispatcher } from "@yici/runtime";
import { FUZZ_STAGES, findFuzzStage } from "./fuzz-stages.ts";
import type { ControlCall, FuzzTarget } from "./target.ts";

// The process that is fuzzed: nothing but a platform, of the stage and with the folder that its arguments name. Its parent
// sends `round` and `end`, each when nothing is under way.

/** What this process answers to `round`. */
export interface RoundStart {
  readonly target: FuzzTarget;
  /** Bytes of live objects and buffers, garbage collected. */
  readonly heldBytes: number;
}

const { appid, secret, templateId } = DEMO_ACCOUNT;
const [, , stageName = "", folder = ""] = process.argv;
const stage = FUZZ_STAGES[findFuzzStage(stageName) ?? "sandbox"];
const { redirectUrl, userAgent } = stage;
const AUTHORIZE_QUERY = new URLSearchParams({
  action: "get_confirm",
  appid,
  scene: "7",
  template_id: templateId,
  redirect_url: redirectUrl,
});

const platform = await startPlatform({ demo: true, ...stage.options(folder) });
const ca = platform.caCertificate;
const dispatcher = createDispatcher(ca === undefined ? {} : { tls: { ca } });
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
  const body = {
    touser: openid,
    template_id: templateId,
    scene: 7,
    title: "订阅通知",
    data: { content: { value: "您好!" } },
  };
  const reply = await ask(`/cgi-bin/message/template/subscribe?access_token=${token}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.equal(reply.text, '{"errcode":0,"errmsg":"ok"}');
  await dispatcher.close();
  await platform.stop();
  setImmediate(() => process.disconnect?.());
  return "ended";
}

async function prepare({ control, url }: Platform): Promise<FuzzTarget> {
  const authorizeLink = `/mp/subscribemsg?${AUTHORIZE_QUERY.toString()}#wechat_redirect`;
  const decision = await control.decide({ authorizeLink, person: "zhang", action: "confirm" });
  assert.equal(decision.kind, "redirected");
  const page = await ask(authorizeLink, { cookie: "yici_person=zhang" });
  const formToken = /name="form_token" value="([^"]+)"/u.exec(page.text)?.[1];
  const browserCookie = page.cookies.map((cookie) => cookie.split(";")[0]);
  assert.ok(formToken !== undefined);
  return {
    port: Number(new URL(url).port),
    caCertificate: ca,
    redirectUrl,
    userAgent,
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
  const { text } = await ask(`/cgi-bin/token?${query.toString()}`);
  const { access_token: token } = JSON.parse(text) as { readonly access_token: string };
  return token;
}

async function listControlCalls(): Promise<readonly ControlCall[]> {
  const { text } = await ask("/control/v1/openapi.json");
  const { paths } = JSON.parse(text) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace("/control/v1", ""),
    })),
  );
}

interface Question {
  readonly method?: "GET" | "POST";
  readonly cookie?: string;
  readonly body?: string;
}

async function ask(path: string, { method = "GET", cookie, body }: Question = {}) {
  const answer = await dispatcher.request({
    origin: platform.url,
    path: path.replace(/#.*/u, ""),
    method,
    headers: {
      ...(cookie !== undefined && { cookie }),
      "user-agent": userAgent,
    },
    body: body ?? null,
  });
  const cookies = [answer.headers["set-cookie"] ?? []].flat();
  return { text: await answer.body.text(), cookies };
}
