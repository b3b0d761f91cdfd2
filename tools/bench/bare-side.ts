import { once } from "node:events";
import { createServer } from "node:http";
import { answerCalls, readUsage, type Usage } from "./side.ts";

/** What this side answers. */
export interface BareSide {
  prepare(): Promise<{ readonly port: number }>;
  usage(): Promise<Usage>;
}

/** The reference: a bare `node:http` server that answers every request with the platform's own "ok", and does nothing. */
const OK = '{"errcode":0,"errmsg":"ok"}';
const HEADERS = {
  "content-type": "application/json; encoding=utf-8",
  "content-length": Buffer.byteLength(OK),
};

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, HEADERS);
  response.end(OK);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

answerCalls<BareSide>({ prepare: async () => ({ port }), usage: readUsage }, async () => {
  server.close();
  server.closeAllConnections();
});
