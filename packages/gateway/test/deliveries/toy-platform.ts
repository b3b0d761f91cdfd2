import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { QUOTA_PATH, SEND_PATH, STABLE_TOKEN_PATH } from "@yici/protocol";

/** One send as it arrived. */
export interface ToySend {
  readonly number: number;
  readonly openid: string;
  readonly token: string;
  readonly body: string;
}

/** What a send is answered with: an errcode, silence, or a dead connection. May be awaited. */
export type ToyAnswer = number | "silence" | "reset";

/**
 * Just enough of a platform to be sent to: tokens that can be revoked, and sends whose answer a test decides. What it
 * answers 0 counts as delivered.
 */
export interface ToyPlatform extends AsyncDisposable {
  readonly url: string;
  readonly sends: readonly ToySend[];
  tokenCallCount(): number;
  /** How often each person was answered 0. */
  readonly delivered: ReadonlyMap<string, number>;
  /** The most sends that were ever unanswered at once. */
  busiest(): number;
  /** Resolves when `count` sends have arrived altogether. */
  arrived(count: number): Promise<void>;
  /** Makes the token at hand worthless; the next call gives another. */
  revokeToken(): void;
  /** Decides what a send is answered; by default 0, or 40001 without the token in force. */
  answer: (send: ToySend) => ToyAnswer | Promise<ToyAnswer>;
  /** What is left of the day's quota, as far as somebody asks. */
  remain: number;
  quotaCallCount(): number;
  /** Decides what a token call is answered, with the number of the call; by default the token in force. */
  answerTokenCall: (number: number) => { readonly status: number; readonly body: string };
}

export async function startToyPlatform(port = 0): Promise<ToyPlatform> {
  const sends: ToySend[] = [];
  const delivered = new Map<string, number>();
  let tokenCallCount = 0;
  let tokenNumber = 1;
  let quotaCallCount = 0;
  let busyCount = 0;
  let busiest = 0;

  const server = createServer((request, response) => void serve(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");

  const platform: ToyPlatform = {
    url: `http://127.0.0.1:${address.port}`,
    sends,
    delivered,
    tokenCallCount: () => tokenCallCount,
    busiest: () => busiest,
    async arrived(count) {
      while (sends.length < count) await once(server, "arrived");
    },
    remain: 0,
    quotaCallCount: () => quotaCallCount,
    revokeToken: () => void (tokenNumber += 1),
    answer: ({ token }) => (token === `token-${tokenNumber}` ? 0 : 40_001),
    answerTokenCall: () => ({
      status: 200,
      body: JSON.stringify({ access_token: `token-${tokenNumber}`, expires_in: 7_200 }),
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const url = new URL(request.url ?? "/", platform.url);
    if (url.pathname === STABLE_TOKEN_PATH) {
      tokenCallCount += 1;
      const reply = platform.answerTokenCall(tokenCallCount);
      response.writeHead(reply.status).end(reply.body);
    } else if (url.pathname === SEND_PATH) {
      const { touser } = JSON.parse(body) as { readonly touser: string };
      const token = url.searchParams.get("access_token") ?? "";
      await answerSend({ number: sends.length + 1, openid: touser, token, body }, response);
    } else if (url.pathname === QUOTA_PATH) {
      quotaCallCount += 1;
      const quota = { daily_limit: 100, used: 100 - platform.remain, remain: platform.remain };
      response.end(JSON.stringify({ errcode: 0, errmsg: "ok", quota }));
    } else response.writeHead(404).end();
  }

  async function answerSend(send: ToySend, response: ServerResponse): Promise<void> {
    sends.push(send);
    busyCount += 1;
    busiest = Math.max(busiest, busyCount);
    server.emit("arrived");
    const answer = await platform.answer(send);
    busyCount -= 1;
    if (answer === "silence") return;
    if (answer === "reset") return void response.socket?.resetAndDestroy();
    if (answer === 0) delivered.set(send.openid, (delivered.get(send.openid) ?? 0) + 1);
    response.end(JSON.stringify({ errcode: answer, errmsg: `answered ${answer}` }));
  }

  return platform;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
