import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { sendProblem } from "../http/problem.ts";
import { LIMITS } from "../limits.ts";
import { ControlError } from "./control-error.ts";
import { CONTROL_ROUTES } from "./control-route-table.ts";
import type { ControlRoute } from "./control-route.ts";
import { spellSnake, toCamelCase, toSnakeCase } from "./json-case.ts";
import { buildOpenApi, CONTROL_STATUSES } from "./openapi.ts";
import { parseInput } from "./parse-input.ts";
import type { PlatformControl } from "./platform-control.ts";

/** Serves the control API on `app`, whose prefix is `/control/v1`. Failures are problems (RFC 9457) with a stable `code`. */
export function registerControlRoutes(app: FastifyInstance, control: PlatformControl): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, _request, reply) => sendFailure(error, reply));
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply.code(404), { code: "not_found", detail: "there is no such call" }),
  );
  for (const route of CONTROL_ROUTES) registerRoute(app, control, route);
  app.get("/openapi.json", (_request, reply) =>
    reply
      .header("content-type", "application/json; charset=utf-8")
      .send(JSON.stringify(buildOpenApi(CONTROL_ROUTES))),
  );
}

function registerRoute(app: FastifyInstance, control: PlatformControl, route: ControlRoute): void {
  app.route({
    method: route.method,
    url: route.path.replace("{id}", ":id"),
    bodyLimit: route.bodyBytesMax ?? LIMITS.bodyBytesMax,
    handler: async (request, reply) => {
      const asked = {
        id: readId(request),
        query: route.query && readQuery(route.query, request),
        body: route.body && readBody(route.body, request, route),
      };
      const answer = await route.perform(control, asked);
      return sendAnswer(reply.code(route.isCreating === true ? 201 : 200), answer);
    },
  });
}

function sendAnswer(reply: FastifyReply, answer: unknown): FastifyReply {
  void reply.header("cache-control", "no-store");
  if (answer === undefined) return reply.code(204).send();
  return reply
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(toSnakeCase(Array.isArray(answer) ? { items: answer } : answer)));
}

/** The body as the schema says it. An absent one is an object without members. */
function readBody(
  schema: TSchema,
  { body }: FastifyRequest,
  { isVerbatim }: ControlRoute,
): unknown {
  const value = parseJson(typeof body === "string" ? body : "");
  return isVerbatim === true ? value : parseInput(schema, toCamelCase(value));
}

function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError("invalid_request", "the body is no JSON");
  }
}

function readQuery(schema: TSchema, { query }: FastifyRequest): unknown {
  return parseInput(schema, Value.Convert(schema, toCamelCase(query)));
}

function readId({ params }: FastifyRequest): string {
  return typeof params === "object" && params !== null && "id" in params ? String(params.id) : "";
}

function sendFailure(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof ControlError) {
    return sendProblem(reply.code(CONTROL_STATUSES[error.code]), {
      code: error.code,
      detail: error.message,
      issues: error.issues.map(({ path, problem }) => ({
        path: spellSnake(path),
        problem: problem.en,
      })),
    });
  }
  const status = readStatus(error);
  if (status >= 500) throw error;
  return sendProblem(reply.code(status), {
    code: "invalid_request",
    detail: error instanceof Error ? error.message : "",
  });
}

/** Fastify's own refusals, such as a body that is too long, say their status. */
function readStatus(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}
