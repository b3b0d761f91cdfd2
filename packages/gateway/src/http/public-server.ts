import type { World } from "@yici/runtime";
import { fastify } from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { registerCallbackRoutes } from "./callback-routes.ts";
import { registerComponentRoute } from "./component-route.ts";
import { describeFailure } from "./describe-failure.ts";
import { registerEntryRoute } from "./entry-route.ts";
import { BAD_REQUEST, BUSY, NOT_FOUND, UNAVAILABLE } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { registerVerificationRoute } from "./verification-route.ts";
import { createProxyTrust } from "./visits/proxy-trust.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";

/** What people's browsers reach: links and callbacks, as pages. Not listening yet. */
export function createPublicServer(context: PublicContext): FastifyInstance {
  const { limiter, trustedProxies, world } = context;
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // Fastify's own reading of such a list parses each address anew, at every question.
    trustProxy: trustedProxies.length === 0 ? false : createProxyTrust(trustedProxies),
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Whoever needs a query reads it from the address.
    routerOptions: { maxParamLength: PARAMETER_MAX, querystringParser: () => ({}) },
    rewriteUrl: (request) => stripPrefix(request.url ?? "/"),
    frameworkErrors: (error, request, reply) => {
      void answerFailure(error, request, reply, world);
    },
  });
  const warn = createProxyWarning(world);
  app.addHook("onRequest", (request, reply, next) => {
    warn(request);
    if (limiter.admitsAddress(request.ip)) next();
    else void sendAnswer(reply, answerNotice(429, BUSY));
  });
  registerEntryRoute(app, context);
  registerCallbackRoutes(app, context);
  registerVerificationRoute(app, context);
  registerComponentRoute(app, context);
  app.setNotFoundHandler((_request, reply) => sendAnswer(reply, answerNotice(404, NOT_FOUND)));
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    answerFailure(error, request, reply, world),
  );
  return app;
}

const REQUEST_TIMEOUT_MS = 30_000;
const PARAMETER_MAX = 128;

const OURS = /^[^?]*(\/(?:(?:l|callback|component)\/|MP_verify_)[^?]*(?:\?.*)?)$/s;

/** An account's address may have a path before ours, which a proxy may leave in place or take away. */
function stripPrefix(url: string): string {
  return OURS.exec(url)?.[1] ?? url;
}

/** Says once that a proxy is not believed: its https visitors would be sent to https for ever. */
function createProxyWarning({ log }: World): (request: FastifyRequest) => void {
  let isSaid = false;
  return (request) => {
    if (isSaid || request.headers["x-forwarded-proto"] !== "https") return;
    if (request.protocol === "https") return;
    isSaid = true;
    const sentence =
      "a proxy says its visitors use https and is not believed: add its address to YICI_TRUSTED_PROXIES";
    log.warn({ address: request.ip }, sentence);
  };
}

/** Nothing of the address goes into the log: it may hold an openid and a `reserved`. */
function answerFailure(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  world: World,
): FastifyReply {
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return sendAnswer(reply, answerNotice(error.statusCode, BAD_REQUEST));
  }
  const route = request.routeOptions.url ?? "unknown";
  world.log.error({ route, ...describeFailure(error) }, "a visit could not be served");
  return sendAnswer(reply, answerNotice(503, UNAVAILABLE));
}
