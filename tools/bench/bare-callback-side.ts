import { fastify } from "fastify";
import { answerCalls, readUsage, type Usage } from "./side.ts";

/** What this side answers. */
export interface BareCallbackSide {
  prepare(): Promise<{ readonly port: number }>;
  usage(): Promise<Usage>;
}

/** The reference: a bare Fastify that listens with the gateway's options and answers every callback with one redirect. */
const LOCATION = "https://shop.example/callback/0000/done/confirmed.0000bench.0.bench";

const app = fastify({
  logger: false,
  exposeHeadRoutes: false,
  trustProxy: ["loopback"],
  requestTimeout: 30_000,
});
app.get("/callback/:code", (_request, reply) => reply.redirect(LOCATION, 302));
await app.listen({ host: "127.0.0.1", port: 0 });
const address = app.server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

answerCalls<BareCallbackSide>({ prepare: async () => ({ port }), usage: readUsage }, () =>
  app.close(),
);
