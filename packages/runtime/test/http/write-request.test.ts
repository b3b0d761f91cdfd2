import assert from "node:assert/strict";
import { test } from "node:test";
import { writeRequest } from "../../src/http/write-request.ts";

type Options = Parameters<typeof writeRequest>[0];

const POST: Options = {
  method: "POST",
  path: "/send?access_token=a",
  headers: ["content-type", "application/json"],
  body: "订",
  headersTimeout: 0,
  bodyTimeout: 0,
};

test("a POST says whom it is for, how long its body is, and that the connection stays", () => {
  assert.equal(
    writeRequest(POST, "a:80"),
    "POST /send?access_token=a HTTP/1.1\r\nhost: a:80\r\nconnection: keep-alive\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n订",
  );
});

test("a POST without a body says that it has none", () => {
  assert.match(writeRequest({ ...POST, body: null }, "a") ?? "", /\r\ncontent-length: 0\r\n\r\n$/);
});

test("a GET has no body and no length", () => {
  const { body: _body, headers: _headers, ...rest } = POST;
  assert.equal(
    writeRequest({ ...rest, method: "GET" }, "a"),
    "GET /send?access_token=a HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\n\r\n",
  );
});

const NOT_WRITTEN: Readonly<Record<string, Partial<Options>>> = {
  "another method": { method: "PUT" },
  "a GET with a body": { method: "GET" },
  "a body of bytes": { body: Buffer.from("x") },
  "a limit of time for the head": { headersTimeout: 1 },
  "a limit of time for the body": { bodyTimeout: null },
  "a query apart": { query: { a: "b" } },
  "an upgrade": { upgrade: "websocket" },
  "a connection that is to end": { reset: true },
  "a path with a space": { path: "/a b" },
  "a path with a line of its own": { path: "/a\r\nx: y" },
  "a path beyond ASCII": { path: "/订" },
  "an address for a path": { path: "http://a/" },
  "headers as an object": { headers: { a: "b" } },
  "a header without a value": { headers: ["a"] },
  "a value with a line of its own": { headers: ["a", "b\r\nc: d"] },
  "a value beyond ASCII": { headers: ["a", "订"] },
  "a name with a colon": { headers: ["a:", "b"] },
  "a length of the caller's": { headers: ["Content-Length", "3"] },
  "a host of the caller's": { headers: ["host", "b"] },
  "chunks of the caller's": { headers: ["transfer-encoding", "chunked"] },
};

for (const [what, part] of Object.entries(NOT_WRITTEN)) {
  test(`${what} is not written here`, () => {
    assert.equal(writeRequest({ ...POST, ...part }, "a"), undefined);
  });
}
