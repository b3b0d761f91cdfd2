import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { TSchema } from "typebox";
import { findApiKey } from "../../keys/api-key.ts";
import type { KeyRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import { CLOSED } from "./json.ts";
import { ProblemError, refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";
import { refuseRight } from "./refuse-right.ts";
import type { ApiInput, ApiRoute } from "./route.ts";
import { createValidator } from "./validate-input.ts";
import type { InputForm } from "./validate-input.ts";

/** Serves routes: authenticates, validates, lets the handler answer. Problems are thrown to the error handler. */
export function registerRoutes(
  app: FastifyInstance,
  routes: readonly ApiRoute[],
  context: AdminContext,
): void {
  for (const route of routes) registerRoute(app, route, context);
}

function registerRoute(app: FastifyInstance, route: ApiRoute, context: AdminContext): void {
  const readInput = createInputReader(route);
  const keys = new WeakMap<FastifyRequest, KeyRecord>();
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ":$1"),
    // Before the body is read: nobody makes us read one without a key.
    async onRequest(request) {
      if (route.isOpen === true) return;
      const key = await authenticate(request, context);
      const { right } = route;
      if (right !== undefined && !key.rights.includes(right)) throw refuseRight(right);
      keys.set(request, key);
    },
    async handler(request, reply) {
      const { principal = "", rights = [] } = keys.get(request) ?? {};
      const answer = await route.handle({ ...readInput(request), principal, rights }, context);
      return send(reply, answer.status ?? route.status, answer);
    },
  });
}

function send(
  reply: FastifyReply,
  status: number,
  { body, headers = {} }: { readonly body: unknown; readonly headers?: Record<string, string> },
): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .type("application/json; charset=utf-8")
    .send(JSON.stringify(body));
}

async function authenticate(request: FastifyRequest, { store }: AdminContext): Promise<KeyRecord> {
  const [, token = ""] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const key = await findApiKey(token, store);
  if (key !== undefined) return key;
  throw new ProblemError("unauthorized", {
    detail: {
      zh: "请在 Authorization 头中带上 Bearer 和有效的 API 密钥。",
      en: "Send an Authorization header with Bearer and an API key in force.",
    },
  });
}

type InputReader = (
  request: FastifyRequest,
) => Omit<ApiInput<unknown, unknown, unknown>, "principal" | "rights">;

/** Reads all parts of a request, and refuses it with the mistakes of all of them at once. */
function createInputReader({ params, query, body, isIdempotent }: ApiRoute): InputReader {
  const readParams = createPartReader(params, "text");
  const readQuery = createPartReader(query ?? NO_QUERY, "text");
  const readBody = createPartReader(body, "json");
  return (request) => {
    const issues: RequestIssue[] = [];
    const input = {
      params: readParams(request.params, issues),
      query: readQuery(request.query, issues),
      body: readBody(request.body ?? {}, issues),
      idempotencyKey:
        isIdempotent === true
          ? readIdempotencyKey(request.headers["idempotency-key"], issues)
          : undefined,
    };
    if (issues.length > 0) throw refuseContent(issues);
    return input;
  };
}

const NO_QUERY = Type.Object({}, CLOSED);

function createPartReader(
  schema: TSchema | undefined,
  form: InputForm,
): (value: unknown, issues: RequestIssue[]) => unknown {
  if (schema === undefined) return () => undefined;
  const validate = createValidator(schema, form);
  return (value, issues) => {
    const validated = validate(value);
    if (validated.kind === "valid") return validated.value;
    issues.push(...validated.issues);
    return undefined;
  };
}

function readIdempotencyKey(
  header: string | string[] | undefined,
  issues: RequestIssue[],
): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === "string" && IDEMPOTENCY_KEY.test(header)) return header;
  issues.push({ path: ["Idempotency-Key"], code: "malformed", message: IDEMPOTENCY_KEY_RULE });
  return undefined;
}

/** At most 255 visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;

const IDEMPOTENCY_KEY_RULE = {
  zh: "Idempotency-Key 必须是 1 至 255 个可见 ASCII 字符",
  en: "Idempotency-Key must be 1 to 255 visible ASCII characters",
};
