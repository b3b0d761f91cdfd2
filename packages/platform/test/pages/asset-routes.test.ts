import assert from "node:assert/strict";
import { test } from "node:test";
import { html } from "@yici/runtime";
import { fastify } from "fastify";
import { registerAssetRoutes } from "../../src/pages/asset-routes.ts";
import { renderDocument } from "../../src/pages/document.ts";

test("everything a page loads is served, of the right type, and may be kept for ever", async () => {
  const app = fastify();
  registerAssetRoutes(app);
  const page = renderDocument({ title: "一页", screen: html``, eventsPath: "/events" }).text;
  const paths = [...page.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = ""]) => path);

  const answers = await Promise.all(paths.map((path) => app.inject(path)));

  assert.deepEqual(
    answers.map(({ statusCode, headers }) => [statusCode, headers["content-type"]]),
    [
      [200, "text/css; charset=utf-8"],
      [200, "text/css; charset=utf-8"],
      [200, "text/javascript; charset=utf-8"],
    ],
  );
  for (const { headers, body } of answers) {
    assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
    assert.ok(body.length > 0);
  }
});

test("a page holds no script and no style sheet of its own, which its policy would refuse", () => {
  const page = renderDocument({ title: "一页", screen: html``, eventsPath: "/events" }).text;

  assert.doesNotMatch(page, /<style/);
  assert.match(page, /<script src="[^"]+" data-events="\/events" defer><\/script>/);
  assert.doesNotMatch(page, /\son[a-z]+=/);
});
