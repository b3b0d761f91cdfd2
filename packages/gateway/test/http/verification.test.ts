import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_APPID, openGatewayScene } from "./gateway-scene.ts";

const FILE = { name: "MP_verify_aB3.txt", content: "aB3" };

test("the file by which WeChat checks a domain is served as it was given, with and without a path before it", async () => {
  await using scene = await openGatewayScene();
  const body = { verification_file: FILE };
  const set = await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, { body });

  const replies = await Promise.all(
    ["", "/shop"].map((prefix) => scene.visit(`${scene.gateway.publicUrl}${prefix}/${FILE.name}`)),
  );

  assert.equal(set.status, 200, set.text);
  for (const { status, text, headers } of replies) {
    assert.deepEqual([status, text], [200, FILE.content]);
    assert.match(String(headers["content-type"]), /^text\/plain/);
  }
});

test("a file of another name is not there, nor one that was taken away", async () => {
  await using scene = await openGatewayScene();
  const path = `/v1/accounts/${DEMO_APPID}`;
  await scene.api("PATCH", path, { body: { verification_file: FILE } });

  const other = await scene.visit(`${scene.gateway.publicUrl}/MP_verify_other.txt`);
  await scene.api("PATCH", path, { body: { verification_file: null } });
  const gone = await scene.visit(`${scene.gateway.publicUrl}/${FILE.name}`);

  assert.deepEqual([other.status, gone.status], [404, 404]);
});

test("a name that is no verification file's is refused", async () => {
  await using scene = await openGatewayScene();

  const body = { verification_file: { name: "../index.html", content: "x" } };
  const { status } = await scene.api("PATCH", `/v1/accounts/${DEMO_APPID}`, { body });

  assert.equal(status, 422);
});
