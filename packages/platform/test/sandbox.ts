import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { DEMO_ACCOUNT, type Platform, type PlatformOptions, startPlatform } from "@yici/platform";
import {
  parseReply,
  buildSendBody,
  parseOpenId,
  parseScene,
  parseTemplateId,
  SEND_PATH,
} from "@yici/protocol";
import { createManualWorld, type ManualWorld } from "@yici/runtime";

/** An answer over HTTP, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A platform with the demo, of one test; its clock stands still until it is moved. */
export interface Sandbox {
  readonly platform: Platform;
  readonly world: ManualWorld;
  readonly ask: (path: string, question?: Question) => Promise<Answer>;
  /** As `ask`, for JSON: the answer's body, read. */
  readonly askJson: (path: string, question?: Question) => Promise<unknown>;
  /** `POST` of a JSON body. */
  readonly post: (path: string, body: unknown) => Promise<Answer>;
}

export const APPID = DEMO_ACCOUNT.appid;

export async function openSandbox(t: TestContext, options: PlatformOptions = {}): Promise<Sandbox> {
  const world = createManualWorld();
  const platform = await startPlatform({ demo: true, world, ...options });
  t.after(async () => {
    await platform.stop();
    await world.dispatcher.destroy();
  });
  // With a public address of its own a platform is asked where it listens.
  const origin =
    options.publicUrl === undefined ? platform.url : `http://127.0.0.1:${options.port}`;
  const ask = (path: string, question?: Question): Promise<Answer> =>
    askOver(world, `${origin}${path}`, question);
  return {
    platform,
    world,
    ask,
    askJson: async (path, question) => JSON.parse((await ask(path, question)).text) as unknown,
    post: (path, body) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}

async function askOver(world: ManualWorld, url: string, question: Question = {}): Promise<Answer> {
  const { origin, pathname, search } = new URL(url);
  const { statusCode, headers, body } = await world.dispatcher.request({
    origin,
    path: `${pathname}${search}`,
    method: question.method ?? "GET",
    headers: question.headers ?? {},
    body: question.body ?? null,
  });
  return { status: statusCode, headers, text: await body.text() };
}

/** An authorize link of the demo account; what is given replaces the usual. `undefined` leaves a parameter out. */
export function buildLink(parameters: Readonly<Record<string, string | undefined>> = {}): string {
  const all = {
    action: "get_confirm",
    appid: APPID,
    scene: "1000",
    template_id: DEMO_ACCOUNT.templateId,
    redirect_url: "http://localhost/back",
    reserved: "test",
    ...parameters,
  };
  const query = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `/mp/subscribemsg?${query.join("&")}#wechat_redirect`;
}

/** What a person is called under the demo account. */
async function findOpenid({ platform }: Sandbox, personId: string): Promise<string> {
  const person = (await platform.control.listPeople()).find(({ id }) => id === personId);
  const openid = person?.openids[APPID];
  assert.ok(openid);
  return openid;
}

export async function confirm(
  { platform }: Sandbox,
  { person = "zhang", scene = 1000 }: { readonly person?: string; readonly scene?: number } = {},
): Promise<void> {
  const decision = await platform.control.decide({
    authorizeLink: buildLink({ scene: String(scene) }),
    person,
    action: "confirm",
  });
  assert.equal(decision.kind, "redirected");
}

export async function getToken({ askJson }: Sandbox): Promise<string> {
  const reply = await askJson(tokenPath());
  return readToken(reply);
}

export function tokenPath(): string {
  const { appid, secret } = DEMO_ACCOUNT;
  return `/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`;
}

/** The token of a reply that gives one. */
export function readToken(reply: unknown): string {
  assert.ok(typeof reply === "object" && reply !== null && "access_token" in reply);
  assert.ok(typeof reply.access_token === "string");
  return reply.access_token;
}

/** The errcode of a reply. */
export function readErrcode({ text }: Answer): number {
  const reply = parseReply(text);
  assert.ok(reply.kind === "answered", text);
  return reply.errcode;
}

/** A body that is answered 0 when there is a grant. */
export async function makeBody(
  sandbox: Sandbox,
  { person = "zhang", scene = 1000 }: { readonly person?: string; readonly scene?: number } = {},
): Promise<Record<string, unknown>> {
  const [touser, templateId, sceneNumber] = [
    parseOpenId(await findOpenid(sandbox, person)),
    parseTemplateId(DEMO_ACCOUNT.templateId),
    parseScene(scene),
  ];
  assert.ok(touser && templateId && sceneNumber !== undefined);
  const body = { touser, templateId, scene: sceneNumber, title: "订阅通知", content: "您好!" };
  return JSON.parse(buildSendBody(body)) as Record<string, unknown>;
}

export function send({ post }: Sandbox, token: string, body: unknown): Promise<Answer> {
  return post(`${SEND_PATH}?access_token=${token}`, body);
}
