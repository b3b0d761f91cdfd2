import assert from "node:assert/strict";
import { test } from "node:test";
import { fastify } from "fastify";
import { Value } from "typebox/value";
import { CONTROL_ROUTES } from "../src/control/control-route-table.ts";
import { registerControlRoutes } from "../src/control/control-routes.ts";
import { toCamelCase } from "../src/control/json-case.ts";
import { openReceiver, PUSH_KEY, PUSH_TOKEN, type Receiver } from "./receiver.ts";
import {
  APPID,
  buildLink,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  type Sandbox,
  send,
} from "./sandbox.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: unknown }>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}

const COMPONENT = "wxc0c0c0c0c0c0c0c0";

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

test("every route that is served under /control/v1 is in the OpenAPI document, and no other", async (t) => {
  const sandbox = await openSandbox(t);
  const served: string[] = [];
  const app = fastify();
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) served.push(`${one} ${url.replace(":id", "{id}")}`);
  });
  registerControlRoutes(app, sandbox.platform.control);

  const document = await readDocument(sandbox);

  const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => `${method.toUpperCase()} ${path.replace("/control/v1", "")}`,
    ),
  );
  const isOwn = (route: string): boolean =>
    !route.startsWith("HEAD ") && route !== "GET /openapi.json";
  assert.deepEqual(documented.toSorted(), served.filter(isOwn).toSorted());
});

test("every operation has a name of its own", async (t) => {
  const document = await readDocument(await openSandbox(t));

  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const names = operations.map(({ operationId }) => operationId);
  assert.equal(document.openapi, "3.1.0");
  assert.equal(new Set(names).size, names.length);
});

test("the document spells the parameters of a query as they travel", async (t) => {
  const document = await readDocument(await openSandbox(t));

  const parameters = document.paths["/control/v1/inbox"]?.["get"]?.parameters;
  const names = parameters?.map(({ name }) => name);
  assert.deepEqual(names, ["person", "appid", "after", "limit", "wait_ms"]);
});

test("the document spells the members of a body as they travel", async (t) => {
  const document = await readDocument(await openSandbox(t));

  const body = document.paths["/control/v1/decisions"]?.["post"]?.requestBody;
  const schema = body?.content["application/json"]?.schema;
  const members = ["authorize_link", "person", "action"];
  assert.deepEqual(readMember(schema, "required"), members);
  assert.deepEqual(Object.keys(readMember(schema, "properties") ?? {}), members);
  assert.doesNotMatch(JSON.stringify(document), /"(required|name)":\[?"[a-z]+[A-Z]/);
});

test("what is answered is what the document says", async (t) => {
  const sandbox = await openSandbox(t);
  await useEverything(sandbox, await openReceiver(t));
  const reads = CONTROL_ROUTES.filter(({ method, answer }) => method === "GET" && answer);

  assert.ok(reads.length >= 7);
  for (const { path, answer, isList } of reads) {
    const body = toCamelCase(
      await sandbox.askJson(
        `/control/v1${path.replace("{id}", path.startsWith("/components") ? COMPONENT : APPID)}`,
      ),
    );
    const items = isList === true ? readMember(body, "items") : [body];
    assert.ok(Array.isArray(items) && items.length > 0, `${path} has nothing to look at`);
    for (const item of items) {
      assert.ok(answer !== undefined);
      assert.deepEqual(Value.Errors(answer, item), [], path);
    }
  }
});

test("both ends of a decision are what the document says", async (t) => {
  const { post } = await openSandbox(t);
  const answer = CONTROL_ROUTES.find(({ operation }) => operation === "decide")?.answer;
  assert.ok(answer !== undefined);

  for (const scene of ["1000", "none"]) {
    const { text } = await post("/control/v1/decisions", {
      authorize_link: buildLink({ scene }),
      person: "zhang",
      action: "confirm",
    });
    assert.ok(Value.Check(answer, toCamelCase(JSON.parse(text))), text);
  }
});

/** Leaves something in every list. */
async function useEverything(sandbox: Sandbox, { url }: Receiver): Promise<void> {
  const { control } = sandbox.platform;
  const token = await getToken(sandbox);
  await confirm(sandbox);
  const jump = { url: "https://example.com", miniprogram: { appid: APPID, pagepath: "i" } };
  await send(sandbox, token, { ...(await makeBody(sandbox)), ...jump });
  await send(sandbox, token, await makeBody(sandbox));
  const push = { url, token: PUSH_TOKEN, encodingAesKey: PUSH_KEY };
  await control.changePush(APPID, push);
  await control.addComponent({ ...push, appid: COMPONENT, name: "第三方" });
  await control.authorize(COMPONENT, { appid: APPID });
  await control.addComponent({
    name: "服务商",
    url: "http://127.0.0.1:9/push",
    token: "token",
    encodingAesKey: "A".repeat(43),
  });
  await control.addFault({ kind: "html", when: "before", status: 502, endpoint: "/cgi-bin/none" });
}

async function readDocument({ askJson }: Sandbox): Promise<OpenApi> {
  return (await askJson("/control/v1/openapi.json")) as OpenApi;
}

function readMember(value: unknown, name: string): unknown {
  return Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
}
