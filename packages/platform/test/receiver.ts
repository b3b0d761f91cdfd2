import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { signPush } from "@yici/protocol";
import type { World } from "@yici/runtime";

/** A request that a developer's server got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly body: string;
}

interface PushAnswer {
  readonly status?: number;
  readonly text: string;
}

/** What it answers; `undefined` keeps the connection open without an answer. */
type Answerer = (received: Received) => PushAnswer | undefined;

/** A developer's server, of one test. */
export interface Receiver {
  readonly url: string;
  /** Requests it got and nobody took yet. Verifications are not among them. */
  readonly waiting: readonly Received[];
  /** Replaces how it answers. Default: `success`. */
  answer(answerer: Answerer): void;
  /** The next request, as soon as there is one. */
  next(): Promise<Received>;
}

export const PUSH_TOKEN = "AAAAA";
export const PUSH_KEY = "A".repeat(43);

/** Starts one. Unless it is not to be verified, a GET whose signature is right under `PUSH_TOKEN` is answered its `echostr`, as the official page asks. */
export async function openReceiver(
  t: TestContext,
  { isVerified = true }: { readonly isVerified?: boolean } = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const takers: ((one: Received) => void)[] = [];
  let answerer: Answerer = () => ({ text: "success" });
  const take = (one: Received): void => {
    const taker = takers.shift();
    if (taker === undefined) received.push(one);
    else taker(one);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = await read(request);
    const isVerification = one.method === "GET";
    if (isVerification && isVerified) return reply(response, echo(one));
    const answer = isVerification ? undefined : answerer(one);
    if (answer !== undefined) reply(response, answer);
    return take(one);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/wechat`,
    waiting: received,
    answer: (next) => {
      answerer = next;
    },
    next: () => {
      const first = received.shift();
      return first === undefined
        ? new Promise((resolve) => takers.push(resolve))
        : Promise.resolve(first);
    },
  };
}

/** Asks again, turn by turn, until the answer is there. */
export async function until<T>(
  world: Pick<World, "defer">,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise<void>((resolve) => world.defer(resolve));
  }
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "", "http://receiver");
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    contentType: request.headers["content-type"],
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function reply(response: ServerResponse, { status = 200, text }: PushAnswer): void {
  response.writeHead(status).end(text);
}

function echo({ query }: Received): PushAnswer {
  const [timestamp = "", nonce = ""] = [query.get("timestamp"), query.get("nonce")].map(String);
  return signPush(PUSH_TOKEN, timestamp, nonce) === query.get("signature")
    ? { text: query.get("echostr") ?? "" }
    : { status: 403, text: "" };
}
