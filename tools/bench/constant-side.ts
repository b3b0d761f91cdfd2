import { once } from "node:events";
import { createServer } from "node:http";
import { SEND_PATH } from "@yici/protocol";
import { answerCalls, readUsage, type Usage } from "./side.ts";

/** What this side answers. */
export interface ConstantSide {
  /** From now on replies take so long. */
  listen(latencyMs: number): Promise<{ readonly url: string }>;
  /** Sends that arrived since the last call. */
  takeCount(): Promise<{ readonly count: number }>;
  usage(): Promise<Usage>;
}

/**
 * Where all senders send to: a bare `node:http` server that counts the sends and answers each with the same "ok", and tells
 * at `/count` how many it has counted.
 */
const OK = '{"errcode":0,"errmsg":"ok"}';
const TOKEN = '{"access_token":"a-token-of-the-benchmark","expires_in":7200}';
const state = { count: 0, latencyMs: 0 };

const server = createServer((request, response) => {
  request.resume();
  const isSend = request.url?.startsWith(SEND_PATH) === true;
  if (isSend) state.count += 1;
  const body = isSend ? OK : answerOther(request.url);
  const answer = (): void => {
    response.writeHead(200, {
      "content-type": "application/json; encoding=utf-8",
      "content-length": body.length,
    });
    response.end(body);
  };
  if (state.latencyMs === 0) answer();
  else setTimeout(answer, state.latencyMs);
});

function answerOther(url: string | undefined): string {
  return url === "/count" ? JSON.stringify({ count: state.count }) : TOKEN;
}

server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

answerCalls<ConstantSide>(
  {
    async listen(latencyMs) {
      state.latencyMs = latencyMs;
      return { url: `http://127.0.0.1:${port}` };
    },
    async takeCount() {
      const { count } = state;
      state.count = 0;
      return { count };
    },
    usage: readUsage,
  },
  async () => {
    server.close();
    server.closeAllConnections();
  },
);
