import { Type } from "typebox";
import type { TSchema } from "typebox";
import { BilingualJson } from "./json.ts";
import { PROBLEMS } from "./problem-table.ts";
import type { ProblemCode } from "./problem-table.ts";
import { PROBLEM_CONTENT_TYPE } from "./problem.ts";
import { IDEMPOTENCY_KEY } from "./register-routes.ts";
import type { ApiRoute } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

const IssueJson = Type.Object({
  path: Type.Array(Type.String()),
  code: Type.String(),
  message: BilingualJson,
  limit: Type.Optional(Type.Integer()),
  actual: Type.Optional(Type.Integer()),
});

/** A problem (RFC 9457). `code` is the contract; some problems have members of their own. */
const ProblemJson = Type.Object({
  type: Type.String(),
  title: Type.String(),
  title_zh: Type.String(),
  status: Type.Integer(),
  code: Type.Enum(Object.keys(PROBLEMS)),
  detail: Type.String(),
  detail_zh: Type.String(),
  issues: Type.Optional(Type.Array(IssueJson)),
});

/** Problems of every operation. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
  "invalid_request",
  "internal_error",
  "unavailable",
];
const KEY_PROBLEMS: readonly ProblemCode[] = ["unauthorized"];
const RIGHT_PROBLEMS: readonly ProblemCode[] = ["right_missing"];
const BODY_PROBLEMS: readonly ProblemCode[] = [
  "malformed_request",
  "body_too_large",
  "media_type_unsupported",
];

/** The OpenAPI 3.1 document of a table of routes: the schemas in it are the ones that validate. */
export function buildOpenApi(routes: readonly ApiRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: describeRoute(route),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "yici gateway",
      version: "1",
      description: "One grant, one message: WeChat's one-time subscription message.",
    },
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      schemas: { Problem: ProblemJson },
    },
    paths,
  };
}

function describeRoute(route: ApiRoute): Json {
  const parameters = [
    ...describeParameters(route.params, "path"),
    ...describeParameters(route.query, "query"),
    ...(route.isIdempotent === true ? [IDEMPOTENCY_PARAMETER] : []),
  ];
  return {
    operationId: route.operation,
    summary: route.summary,
    security: route.isOpen === true ? [] : [{ key: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && { requestBody: describeBody(route.body) }),
    responses: { ...describeAnswers(route), ...describeProblems(route) },
  };
}

const IDEMPOTENCY_PARAMETER: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Remembered with the acceptance for at least 24 hours: the same key and body get the same answer, another body is refused",
  schema: { type: "string", pattern: IDEMPOTENCY_KEY.source },
};

function describeParameters(schema: TSchema | undefined, place: "path" | "query"): readonly Json[] {
  if (!Type.IsObject(schema)) return [];
  // TypeBox leaves the list out where nothing is required.
  const required = new Set(schema.required);
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.has(name),
    schema: property,
  }));
}

function describeBody(schema: TSchema): Json {
  return { required: true, content: { "application/json": { schema } } };
}

function describeAnswers({ status, otherStatuses = [], answer, summary }: ApiRoute): Json {
  const content = { "application/json": { schema: answer } };
  const described = { description: summary, content };
  return Object.fromEntries([status, ...otherStatuses].map((each) => [String(each), described]));
}

/** Problems share statuses; each status names its codes. */
function describeProblems({ problems = [], isOpen, right, body }: ApiRoute): Json {
  const codes: readonly ProblemCode[] = [
    ...problems,
    ...(right === undefined ? [] : RIGHT_PROBLEMS),
    ...(isOpen === true ? [] : KEY_PROBLEMS),
    ...(body === undefined ? [] : BODY_PROBLEMS),
    ...COMMON_PROBLEMS,
  ];
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  const content = {
    [PROBLEM_CONTENT_TYPE.split(";", 1)[0] ?? ""]: {
      schema: { $ref: "#/components/schemas/Problem" },
    },
  };
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      { description: names.join(", "), content },
    ]),
  );
}
