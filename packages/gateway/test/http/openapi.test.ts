import assert from "node:assert/strict";
import { test } from "node:test";
import { Compile } from "typebox/schema";
import { DEMO_APPID, DEMO_TEMPLATE, known, openGatewayScene } from "./gateway-scene.ts";
import type { ApiOptions, GatewayScene } from "./gateway-scene.ts";

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** One call of each operation, with the status that a visitor of this tour must get. */
const TOUR: readonly (readonly [string, string, number, ApiOptions?])[] = [
  ["GET", "/healthz", 200],
  ["GET", "/readyz", 200],
  ["GET", "/v1/accounts", 200],
  [
    "POST",
    "/v1/accounts",
    201,
    { body: { appid: "wx00000000000000aa", name: "n", template_id: DEMO_TEMPLATE } },
  ],
  ["GET", "/v1/accounts/{appid}", 200],
  ["PATCH", "/v1/accounts/{appid}", 200, { body: { name: "新" } }],
  ["GET", "/v1/accounts/{appid}/token", 200],
  ["POST", "/v1/accounts/{appid}/token/force", 200],
  ["GET", "/v1/checkup", 200],
  ["GET", "/v1/components", 200],
  [
    "POST",
    "/v1/components",
    200,
    {
      body: {
        appid: "wx00000000000000cc",
        app_secret: "s",
        push_token: "t",
        push_key: "k".repeat(43),
      },
    },
  ],
  ["GET", "/v1/accounts/{appid}/links", 200],
  ["POST", "/v1/accounts/{appid}/links", 201, { body: { scene: 1, title: "t" } }],
  ["GET", "/v1/accounts/{appid}/links/{link}", 200],
  [
    "POST",
    "/v1/accounts/{appid}/grants/import",
    200,
    { body: { grants: [{ openid: "oLi", scene: 1000 }] } },
  ],
  ["GET", "/v1/accounts/{appid}/grants", 200],
  ["GET", "/v1/accounts/{appid}/slots/oZhang/1000", 200],
  [
    "POST",
    "/v1/accounts/{appid}/messages?wait_ms=10000",
    200,
    { body: { openid: "oZhang", scene: 1000, title: "t", content: "c" } },
  ],
  [
    "POST",
    "/v1/accounts/{appid}/messages",
    409,
    { body: { openid: "oX", scene: 1, title: "t", content: "c" } },
  ],
  ["POST", "/v1/accounts/{appid}/messages", 422, { body: {} }],
  ["GET", "/v1/accounts/{appid}/messages", 200],
  ["GET", "/v1/accounts/{appid}/messages/{message}", 200],
  ["POST", "/v1/accounts/{appid}/grants/oZhang/1000/1/reinstate", 200],
  ["POST", "/v1/accounts/{appid}/pause", 200],
  [
    "POST",
    "/v1/accounts/{appid}/messages",
    202,
    { body: { openid: "oZhang", scene: 1000, title: "t", content: "c", color: "#FF0000" } },
  ],
  ["POST", "/v1/accounts/{appid}/messages/{message}/cancel", 200],
  ["POST", "/v1/accounts/{appid}/resume", 200],
  ["GET", "/v1/accounts/{appid}/events", 200],
  ["POST", "/v1/keys", 201, { body: { principal: "shop" } }],
  ["GET", "/v1/keys", 200],
  ["DELETE", "/v1/keys/{key}", 200],
];

/** Operations whose answer's id later calls of the tour need. */
const MAKES: Readonly<Record<string, string>> = { acceptMessage: "message", issueKey: "key" };

test("every operation answers exactly what the API's description says", async () => {
  await using scene = await openGatewayScene();
  const document = await readDocument(scene);
  await scene.confirm("oZhang");
  scene.platform.answer = () => 43_101;
  const names: Record<string, string> = { appid: DEMO_APPID, link: scene.demo.linkId };
  const visited = new Set<string>();

  for (const [method, template, status, options] of TOUR) {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => known(names[name]));
    const reply = await scene.api<Json>(method, path, options);
    const operation = findOperation(document, method, path);
    assert.equal(reply.status, status, `${method} ${path}: ${reply.text}`);
    assertDescribed(document, operation, reply);
    visited.add(operation.operationId);
    const made = MAKES[operation.operationId];
    if (made !== undefined && status < 300) names[made] = String(reply.json["id"]);
  }

  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  assert.deepEqual(
    operations.map(({ operationId }) => operationId).filter((name) => !visited.has(name)),
    [],
  );
  assert.equal(document.openapi, "3.1.0");
});

async function readDocument(scene: GatewayScene): Promise<Document> {
  const reply = await scene.visit(`${scene.gateway.adminUrl}/openapi.json`);
  return JSON.parse(reply.text) as Document;
}

function findOperation({ paths }: Document, method: string, path: string): Operation {
  const [bare = ""] = path.split("?");
  const matches = Object.entries(paths).filter(([template, methods]) => {
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
    return pattern.test(bare) && Object.hasOwn(methods, method.toLowerCase());
  });
  const [, methods] = known(
    matches.toSorted(([left], [right]) => countNames(left) - countNames(right))[0],
  );
  return known(methods[method.toLowerCase()]);
}

function countNames(template: string): number {
  return template.split("{").length;
}

function assertDescribed(
  { components }: Document,
  { operationId, responses }: Operation,
  reply: { readonly status: number; readonly headers: Json; readonly json: unknown },
): void {
  const [type = ""] = String(reply.headers["content-type"]).split(";");
  const described = known(known(responses[String(reply.status)]).content[type]).schema;
  const isProblem = described["$ref"] !== undefined;
  const schema = isProblem ? known(components.schemas["Problem"]) : close(described);
  const [isDescribed, errors] = Compile(schema).Errors(reply.json);
  assert.ok(isDescribed, `${operationId}: ${JSON.stringify(errors)}`);
}

/** The same schema, with every object closed: a field that is not described is a mistake. */
function close(schema: unknown): Json {
  if (typeof schema !== "object" || schema === null) return schema as Json;
  if (Array.isArray(schema)) return schema.map(close) as unknown as Json;
  const closed = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, close(value)]),
  );
  return Object.hasOwn(closed, "properties") ? { ...closed, additionalProperties: false } : closed;
}
