import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { PROBLEMS } from "../../src/http/api/problem-table.ts";
import { openGatewayScene } from "./gateway-scene.ts";
import type { GatewayScene } from "./gateway-scene.ts";

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly title_zh: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly detail_zh: string;
}

test("the table of problems in the documents is the program's", () => {
  const page = new URL("../../../../docs/reference/problems.md", import.meta.url);
  const rows = readFileSync(page, "utf8").matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm);

  const documented = [...rows].map(([, code, status]) => `${status} ${code}`);

  const known = Object.entries(PROBLEMS).map(([code, { status }]) => `${status} ${code}`);
  assert.deepEqual(documented, known);
});

describe("a request that is no request of ours is answered with a problem, and never quoted", () => {
  const CANARY = "canary-5b1f";
  const CASES: readonly {
    readonly what: string;
    readonly code: keyof typeof PROBLEMS;
    readonly ask: (scene: GatewayScene) => Promise<{
      readonly status: number;
      readonly headers: Readonly<Record<string, unknown>>;
      readonly text: string;
      readonly json: Problem;
    }>;
  }[] = [
    {
      what: "a body that is not JSON",
      code: "malformed_request",
      ask: (scene) => scene.api("POST", "/v1/keys", { body: `{"${CANARY}` }),
    },
    {
      what: "an address with a broken escape",
      code: "malformed_request",
      ask: (scene) => scene.api("GET", `/v1/accounts/%E0${CANARY}`),
    },
    {
      what: "a body that says it is something else",
      code: "media_type_unsupported",
      ask: (scene) =>
        scene.api("POST", "/v1/keys", {
          body: `principal=${CANARY}`,
          headers: { "content-type": "application/x-www-form-urlencoded" },
        }),
    },
    {
      what: "a body of more than 128 KiB",
      code: "body_too_large",
      ask: (scene) => scene.api("POST", "/v1/keys", { body: { principal: CANARY.repeat(20_000) } }),
    },
    {
      what: "an address that does not exist",
      code: "not_found",
      ask: (scene) => scene.api("GET", `/v1/${CANARY}?${CANARY}=1`),
    },
    {
      what: "a method that an address does not have",
      code: "not_found",
      ask: (scene) => scene.api("DELETE", "/v1/accounts"),
    },
    {
      what: "no API key",
      code: "unauthorized",
      ask: (scene) => scene.api("GET", "/v1/accounts", { headers: { authorization: "" } }),
    },
    {
      what: "an API key that was never issued",
      code: "unauthorized",
      ask: (scene) =>
        scene.api("GET", "/v1/accounts", {
          headers: { authorization: `Bearer yici_${"x".repeat(32)}` },
        }),
    },
    {
      what: "credentials of another kind",
      code: "unauthorized",
      ask: (scene) =>
        scene.api("GET", "/v1/accounts", { headers: { authorization: `Basic ${CANARY}` } }),
    },
  ];

  for (const { what, code, ask } of CASES) {
    test(what, async () => {
      await using scene = await openGatewayScene();

      const { status, headers, text, json } = await ask(scene);

      const { title } = PROBLEMS[code];
      assert.deepEqual([status, json.status, json.code], [PROBLEMS[code].status, status, code]);
      assert.deepEqual([json.title, json.title_zh], [title.en, title.zh]);
      assert.equal(json.type, `urn:yici:problem:${code}`);
      assert.ok(json.detail.length > 0 && json.detail_zh.length > 0);
      assert.match(String(headers["content-type"]), /^application\/problem\+json/);
      assert.ok(!text.includes(CANARY));
    });
  }

  test("without a key the body is not even read", async () => {
    await using scene = await openGatewayScene();

    const { json } = await scene.api<Problem>("POST", "/v1/keys", {
      body: `{"${CANARY}`,
      headers: { authorization: "" },
    });

    assert.equal(json.code, "unauthorized");
  });
});

test("health, readiness and the API's description need no key; everything else does", async () => {
  await using scene = await openGatewayScene();
  const { adminUrl } = scene.gateway;
  const document = await scene.visit(`${adminUrl}/openapi.json`);
  const { paths } = JSON.parse(document.text) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, "1")]),
  );

  const replies = operations.map(async ([method = "", path = ""]) => {
    const { status } = await scene.api(method, path, { headers: { authorization: "" } });
    return status === 200 ? `${method} ${path}` : status;
  });
  const open = (await Promise.all(replies)).filter((reply) => reply !== 401);

  assert.equal(document.status, 200);
  assert.ok(operations.length > 20);
  assert.deepEqual(open, ["GET /healthz", "GET /readyz"]);
});
