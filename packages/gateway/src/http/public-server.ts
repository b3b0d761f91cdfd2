import { FrontDoor } from "@yici/runtime";
import type { World } from "@yici/runtime";
import { fastify } from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { openCallbackDoor } from "./callback-door.ts";
import { registerCallbackRoutes } from "./callback-routes.ts";
import { registerComponentRoute } from "./component-route.ts";
import { registerEntryRoute } from "./entry-route.ts";
import { BAD_REQUEST, NOT_FOUND } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { registerVerificationRoute } from "./verification-route.ts";
import { createAdmission } from "./visits/admission.ts";
import { answerFailure } from "./visits/answer-failure.ts";
import { createProxyTrust } from "./visits/proxy-trust.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";
import { readRouted } from "./visits/visit-request.ts";

/** What people's browsers reach: links and callbacks, as pages. Not listening yet. */
export function createPublicServer(context: PublicContext): FastifyInstance {
  const { limiter, trustedProxies, world } = context;
  const isTrusted = createProxyTrust(trustedProxies);
  const admit = createAdmission(limiter, world);
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // Fastify's own reading of such a list parses each address anew, at every question.
    trustProxy: trustedProxies.length === 0 ? false : isTrusted,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Whoever needs a query reads it from the address.
    routerOptions: { maxParamLength: PARAMETER_MAX, querystringParser: () => ({}) },
    rewriteUrl: (request) => stripPrefix(request.url ?? "/"),
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply, world);
    },
  });
  const door = new FrontDoor(app.server, [openCallbackDoor({ context, admit, isTrusted })]);
  app.addHook("preClose", async () => door.close());
  app.addHook("onRequest", (request, reply, next) => {
    const refusal = admit(readRouted(request));
    if (refusal === undefined) next();
    else void sendAnswer(reply, refusal);
  });
  registerEntryRoute(app, context);
  registerCallbackRoutes(app, context);
  registerVerificationRoute(app, context);
  registerComponentRoute(app, context);
  app.setNotFoundHandler((_request, reply) => sendAnswer(reply, answerNotice(404, NOT_FOUND)));
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    answerError(error, request, reply, world),
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

function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  world: World,
): FastifyReply {
  const { statusCode = 500 } = error;
  const answer =
    statusCode < 500
      ? answerNotice(statusCode, BAD_REQUEST)
      : answerFailure(error, request.routeOptions.url ?? "unknown", world);
  return sendAnswer(reply, answer);
}
