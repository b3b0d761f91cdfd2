import { StoreError } from "@yici/protocol";
import { DatabaseError } from "@yici/runtime";
import { fastify } from "fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AdminContext } from "./admin-context.ts";
import { buildOpenApi } from "./api/openapi.ts";
import type { ProblemCode } from "./api/problem-table.ts";
import {
  buildProblem,
  PROBLEM_CONTENT_TYPE,
  ProblemError,
  statusOfProblem,
} from "./api/problem.ts";
import { registerRoutes } from "./api/register-routes.ts";
import { ROUTES } from "./api/routes.ts";
import { describeFailure } from "./describe-failure.ts";

/** What the developer's own systems reach: the API, its description, and the process's health. Not listening yet. */
export function createAdminServer(context: AdminContext): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: BODY_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PARAMETER_MAX },
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply, context);
    },
  });
  app.addHook("onSend", async (_request, reply) => {
    void reply.headers(ADMIN_HEADERS);
  });
  registerRoutes(app, ROUTES, context);
  registerOpenApi(app);
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new ProblemError("not_found", { detail: NOT_FOUND_DETAIL })),
  );
  app.setErrorHandler<Error>((error, request, reply) =>
    answerError(error, request, reply, context),
  );
  return app;
}

/** 500 imported grants fit; a message needs a hundredth of it. */
const BODY_MAX = 128 * 1_024;
const REQUEST_TIMEOUT_MS = 30_000;
const PARAMETER_MAX = 128;

const ADMIN_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
} as const;

const NOT_FOUND_DETAIL = {
  zh: "GET /openapi.json 列出全部地址。",
  en: "GET /openapi.json lists every address.",
};

function registerOpenApi(app: FastifyInstance): void {
  const document = JSON.stringify(buildOpenApi(ROUTES));
  app.get("/openapi.json", async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(document),
  );
}

/** What Fastify itself refuses, by its code; whatever else it refuses with 4xx is `malformed_request`. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "media_type_unsupported",
};

const FRAMEWORK_DETAILS: Partial<
  Record<ProblemCode, { readonly zh: string; readonly en: string }>
> = {
  body_too_large: {
    zh: `请求体最多 ${BODY_MAX} 字节。`,
    en: `A body may have ${BODY_MAX} bytes.`,
  },
  media_type_unsupported: {
    zh: "请以 Content-Type: application/json 发送 JSON。",
    en: "Send JSON with Content-Type: application/json.",
  },
};

const MALFORMED_DETAIL = {
  zh: "请求体不是完整的 JSON，或地址、请求头的格式有误。",
  en: "The body is not whole JSON, or the address or a header is malformed.",
};

function answerError(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  { world }: AdminContext,
): FastifyReply {
  if (error instanceof ProblemError) return sendProblem(reply, error);
  if (isClientError(error)) return sendProblem(reply, describeFrameworkError(error));
  const route = request.routeOptions.url ?? "unknown";
  world.log.error({ route, ...describeFailure(error) }, "a request could not be served");
  return sendProblem(reply, describeServerError(error));
}

function isClientError(error: Error & Partial<FastifyError>): error is FastifyError {
  return error.statusCode !== undefined && error.statusCode < 500;
}

/** Its own message may quote the request. */
function describeFrameworkError({ code }: FastifyError): ProblemError {
  const problem = FRAMEWORK_PROBLEMS[code] ?? "malformed_request";
  return new ProblemError(problem, { detail: FRAMEWORK_DETAILS[problem] ?? MALFORMED_DETAIL });
}

function describeServerError(error: Error): ProblemError {
  return error instanceof StoreError || error instanceof DatabaseError
    ? new ProblemError("unavailable", { detail: UNAVAILABLE_DETAIL })
    : new ProblemError("internal_error", { detail: INTERNAL_DETAIL });
}

const UNAVAILABLE_DETAIL = {
  zh: "数据库没有回答；请稍后带上同一个 Idempotency-Key 重试。",
  en: "The database did not answer; try again later, with the same Idempotency-Key.",
};

const INTERNAL_DETAIL = {
  zh: "原因已写入日志；带上同一个 Idempotency-Key 重试是安全的。",
  en: "The cause is in the log; trying again with the same Idempotency-Key is safe.",
};

function sendProblem(reply: FastifyReply, { code, facts }: ProblemError): FastifyReply {
  const status = statusOfProblem(code);
  if (status === 401) void reply.header("www-authenticate", "Bearer");
  return reply
    .code(status)
    .type(PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(buildProblem(code, facts)));
}
