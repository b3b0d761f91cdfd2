import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { SEND_PATH, STABLE_TOKEN_PATH } from "@yici/protocol";
import type { Page } from "./browser-session.ts";
import type { MessageJson } from "./flow-json.ts";
import { APPID, type FlowScene, openFlow } from "./flow-scene.ts";
import { must } from "./must.ts";

/** What somebody who need not know any secret has seen of a run of the flow, by place. */
type Exposure = ReadonlyMap<"log" | "problems" | "pages", string>;

/** What nobody may see. */
interface Secret {
  readonly name: string;
  readonly value: string;
}

test("no secret of the whole flow, its failures included, shows in a log, a problem or a page", async () => {
  await using flow = await openFlow();

  const { secrets, exposure } = await runThroughEverything(flow);

  for (const [place, text] of exposure) {
    assert.ok(text.length > 0, `nothing was collected of the ${place}`);
    const shown = secrets.filter(({ value }) => text.includes(value));
    assert.deepEqual(
      shown.map(({ name }) => `${name} shows in the ${place}`),
      [],
    );
  }
});

test("no openid of a callback shows in a log, on a page of the gateway, or in its address", async () => {
  await using flow = await openFlow();

  const { exposure } = await runThroughEverything(flow);

  const openid = await flow.openidOf("zhang");
  assert.ok(!must(exposure.get("log")).includes(openid));
  assert.ok(!must(exposure.get("pages")).includes(openid));
});

/** The flow with each of its failures, and what was to be seen meanwhile. */
async function runThroughEverything(
  flow: FlowScene,
): Promise<{ readonly secrets: readonly Secret[]; readonly exposure: Exposure }> {
  const browser = flow.openBrowser();
  const pages: Page[] = [];
  const problems: string[] = [];
  const callback = await flow.decide(await flow.enter(browser));
  const reserved = must(new URL(callback).searchParams.get("reserved"));
  const visit = async (url: string): Promise<void> => void pages.push(await browser.open(url));

  await visit(`${callback}&reserved=${reserved}`);
  await visit(callback.replace("scene=1000", "scene=1"));
  await visit(callback);
  await visit(callback.replace(await flow.openidOf("zhang"), await flow.openidOf("li")));
  await visit(`${callback}&padding=${"x".repeat(9_000)}`);
  await visit(`${flow.gateway.publicUrl}/callback/nobody?reserved=${reserved}`);
  await visit(`${flow.gateway.publicUrl}/l/%ff?reserved=${reserved}`);

  await flow.send();
  problems.push((await flow.send()).text);
  problems.push(...(await provokeProblems(flow, reserved)));
  await provokeFaults(flow);
  return {
    secrets: [
      { name: "the app secret", value: DEMO_ACCOUNT.secret },
      { name: "the API key", value: flow.apiKey },
      { name: "an API key that is none", value: WRONG_KEY },
      { name: "the reserved", value: reserved },
      { name: "the browser's cookie", value: must(browser.cookie("127.0.0.1", "yici_b")) },
      ...listTokens(flow).map((value) => ({ name: "an access token", value })),
    ],
    exposure: new Map([
      ["log", flow.log.join("\n")],
      ["problems", problems.join("\n")],
      ["pages", pages.map(readOpenPage).join("\n")],
    ]),
  };
}

const WRONG_KEY = "yici_0123456789abcdefghijklmnopqrstuv";

/** Has the API refuse whatever it can, with secrets where they do not belong. */
async function provokeProblems(flow: FlowScene, reserved: string): Promise<readonly string[]> {
  const { apiKey } = flow;
  const { secret } = DEMO_ACCOUNT;
  const replies = [
    await flow.api("GET", "/accounts", { headers: { authorization: `Bearer ${WRONG_KEY}` } }),
    await flow.api("GET", `/nothing?key=${apiKey}&reserved=${reserved}`),
    await flow.account("GET", `/messages?secret=${secret}`),
    await flow.account("POST", "/messages", { body: `{"secret":"${secret}"` }),
    await flow.account("POST", "/messages", {
      body: { openid: reserved, scene: apiKey, title: secret },
    }),
    await flow.account("POST", "/messages", {
      body: {},
      headers: { "idempotency-key": `${apiKey} ${reserved}` },
    }),
    await flow.api("POST", "/accounts", {
      body: { appid: APPID, name: "x", template_id: "x", app_secret: `${secret} ` },
    }),
    await flow.account("PATCH", "", { body: { app_secret: [secret] } }),
  ];
  for (const { status, text } of replies) assert.ok(status >= 400, text);
  return replies.map(({ text }) => text);
}

/** Has each thing fail that a send stands on, at last the app secret, so that the account stands still. */
async function provokeFaults(flow: FlowScene): Promise<void> {
  const faults = [
    { kind: "html", status: 502, when: "before" },
    { kind: "reset", when: "before" },
    { kind: "truncated", when: "after" },
    { kind: "errcode", errcode: -1 },
    { kind: "token_revoked" },
  ];
  for (const [scene, fault] of faults.entries()) {
    await flow.confirm({ scene });
    await flow.control("POST", "/faults", { endpoint: SEND_PATH, count: 1, ...fault });
    const { id } = (await flow.accept({ scene })).json;
    await flow.until(async () => hasBeenTried(await flow.findMessage(id)));
    flow.world.advance(SEND_RETRY_MS);
    await flow.until(async () => hasEnded(await flow.findMessage(id)));
  }
  const brokenToken = { endpoint: STABLE_TOKEN_PATH, kind: "truncated", when: "after", count: 1 };
  await flow.control("POST", "/faults", brokenToken);
  await flow.control("POST", `/accounts/${APPID}/revoke_tokens`);
  await flow.confirm();
  await flow.accept();
  await flow.until(async () => hasLogged(flow, "No access token could be had."));
  await flow.control("PATCH", `/accounts/${APPID}`, { secret: "another-secret" });
  await flow.control("POST", `/accounts/${APPID}/revoke_tokens`);
  flow.world.advance(TOKEN_RETRY_MS);
  await flow.until(async () => hasLogged(flow, "The account is paused."));
}

/** Longer than the wait before a send is tried again, and before a token is asked for again. */
const SEND_RETRY_MS = 2_000;
const TOKEN_RETRY_MS = 60_000;

function hasLogged({ log }: FlowScene, sentence: string): boolean {
  return log.some((line) => line.includes(sentence));
}

function hasBeenTried({ attempts: [first] }: MessageJson): boolean {
  return first !== undefined && first.outcome !== null;
}

function hasEnded({ state }: MessageJson): boolean {
  return state === "delivered" || state === "uncertain";
}

/** The tokens that the gateway has sent. */
function listTokens({ cable }: FlowScene): readonly string[] {
  const tokens = cable.targets.flatMap((target) => {
    const [, token] = /[?&]access_token=([^&]+)/.exec(target) ?? [];
    return token === undefined ? [] : [token];
  });
  assert.ok(tokens.length > 0);
  return [...new Set(tokens)];
}

/** A page, and its address if the gateway chose that. */
function readOpenPage({ url, hops, text }: Page): string {
  return hops.length > 1 ? `${url} ${text}` : text;
}
