import { type TSchema, Type } from "typebox";
import type { ControlErrorCode } from "./control-error.ts";
import type { ControlRoute } from "./control-route.ts";
import { spellSnake } from "./json-case.ts";

type Json = Readonly<Record<string, unknown>>;

/** HTTP status of each refusal. */
export const CONTROL_STATUSES: Readonly<Record<ControlErrorCode, number>> = {
  invalid_request: 400,
  not_found: 404,
  conflict: 409,
};

const PROBLEM: Json = {
  type: "object",
  description: "RFC 9457; `code` is the contract",
  required: ["status", "code", "detail"],
  properties: {
    status: { type: "integer" },
    code: {
      enum: [
        ...Object.keys(CONTROL_STATUSES),
        "unauthorized",
        "forbidden_origin",
        "forbidden_host",
      ],
    },
    detail: { type: "string" },
    issues: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "problem"],
        properties: {
          path: { type: "string", description: "A JSON pointer" },
          problem: { type: "string" },
        },
      },
    },
  },
};

/** The OpenAPI 3.1 document of a table of routes: the schemas in it are the ones that validate, spelled as they travel. */
export function buildOpenApi(routes: readonly ControlRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = `/control/v1${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "yici platform: control API",
      version: "1",
      description:
        "The hand behind the stage of WeChat's side: accounts, people, decisions, phones, faults and the clock.",
    },
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "Asked for when the platform was started with an access token",
        },
      },
      schemas: { Problem: PROBLEM },
    },
    security: [{}, { token: [] }],
    paths,
  };
}

function describeRoute(route: ControlRoute): Json {
  const parameters = [
    ...(route.path.includes("{id}") ? [ID_PARAMETER] : []),
    ...describeQuery(route.query),
  ];
  return {
    operationId: route.operation,
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && {
      requestBody: { required: true, content: jsonContent(spell(route.body, route)) },
    }),
    responses: { ...describeAnswer(route), default: PROBLEM_ANSWER },
  };
}

const ID_PARAMETER: Json = { name: "id", in: "path", required: true, schema: { type: "string" } };

const PROBLEM_ANSWER: Json = {
  description: "What is wrong with the call; nothing was changed",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function describeQuery(query: TSchema | undefined): readonly Json[] {
  if (!Type.IsObject(query)) return [];
  return Object.entries(query.properties).map(([name, schema]) => ({
    name: spellSnake(name),
    in: "query",
    required: false,
    schema: spellSchema(schema),
  }));
}

function describeAnswer(route: ControlRoute): Json {
  const { answer, isList, isCreating } = route;
  const description = route.summary;
  if (answer === undefined) return { 204: { description } };
  const one = spell(answer, route);
  const schema =
    isList === true
      ? {
          type: "object",
          required: ["items"],
          properties: { items: { type: "array", items: one } },
        }
      : one;
  return { [isCreating === true ? 201 : 200]: { description, content: jsonContent(schema) } };
}

function jsonContent(schema: unknown): Json {
  return { "application/json": { schema } };
}

function spell(schema: TSchema, { isVerbatim }: ControlRoute): unknown {
  return isVerbatim === true ? schema : spellSchema(schema);
}

/** The schema with the names of members as they travel; its own keywords stay as they are. */
function spellSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(spellSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]: [string, unknown]) => {
      if (keyword === "properties") return [keyword, spellMembers(value)];
      if (keyword === "required" && Array.isArray(value)) {
        return [keyword, value.map((name) => spellSnake(String(name)))];
      }
      return [keyword, spellSchema(value)];
    }),
  );
}

function spellMembers(members: unknown): unknown {
  if (typeof members !== "object" || members === null) return members;
  return Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [spellSnake(name), spellSchema(schema)]),
  );
}
