import assert from "node:assert/strict";
import { test } from "node:test";
import { PlainRequests } from "../../src/http/plain-request.ts";

const recognize = (text: string) => new PlainRequests().recognize(Buffer.from(text));

test("a plain request is recognised: its head, and its body as UTF-8", () => {
  const request = recognize(
    "POST /send?token=1 HTTP/1.1\r\nHost: a:80\r\nConnection: Keep-Alive\r\nX_y-1: b, c\r\ncontent-length: 3\r\n\r\n订",
  );

  assert.equal(request?.body, "订");
  const { headers, ...head } = request.head;
  assert.deepEqual(head, { method: "POST", target: "/send?token=1", bodyLength: 3 });
  assert.deepEqual(
    [...headers],
    [
      ["host", "a:80"],
      ["connection", "Keep-Alive"],
      ["x_y-1", "b, c"],
      ["content-length", "3"],
    ],
  );
});

test("a GET has no body", () => {
  assert.equal(recognize("GET / HTTP/1.1\r\nhost: a\r\n\r\n")?.body, "");
});

test("the same head with another body is another request", () => {
  const requests = new PlainRequests();
  const bodies = ["ab", "cd"].map(
    (body) =>
      requests.recognize(
        Buffer.from(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n${body}`),
      )?.body,
  );

  assert.deepEqual(bodies, ["ab", "cd"]);
});

test("what follows a request is none of its business", () => {
  const first = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nab";
  const request = recognize(`${first}cd`);

  assert.equal(request?.body, "ab");
  assert.equal(request.length, first.length);
});

const DOUBTFUL: Readonly<Record<string, string>> = {
  "a head that has not ended": "GET / HTTP/1.1\r\nhost: a\r\n",
  "a body that has not ended": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nab",
  "another method": "PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
  "a method in lower case": "get / HTTP/1.1\r\nhost: a\r\n\r\n",
  "an older version": "GET / HTTP/1.0\r\nhost: a\r\n\r\n",
  "a target that is no path": "GET http://a/ HTTP/1.1\r\nhost: a\r\n\r\n",
  "a target with a character of no address": "GET /\u00e9 HTTP/1.1\r\nhost: a\r\n\r\n",
  "two spaces in the first line": "GET  / HTTP/1.1\r\nhost: a\r\n\r\n",
  "an empty line before the first": "\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
  "lines that end otherwise": "GET / HTTP/1.1\nhost: a\n\r\n\r\n",
  "a carriage return in a line": "GET / HTTP/1.1\r\nhost: a\rb\r\n\r\n",
  "a line feed in a line": "GET / HTTP/1.1\r\nhost: a\nb: c\r\n\r\n",
  "no host": "GET / HTTP/1.1\r\nx: a\r\n\r\n",
  "two hosts": "GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n",
  "a header twice": "GET / HTTP/1.1\r\nhost: a\r\nx: a\r\nX: b\r\n\r\n",
  "a header without a colon": "GET / HTTP/1.1\r\nhost: a\r\nx\r\n\r\n",
  "a header without a name": "GET / HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n",
  "a header without a value": "GET / HTTP/1.1\r\nhost: a\r\nx: \r\n\r\n",
  "a space before the colon": "GET / HTTP/1.1\r\nhost : a\r\n\r\n",
  "no space after the colon": "GET / HTTP/1.1\r\nhost:a\r\n\r\n",
  "a value that is folded": "GET / HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n",
  "a value with a tab": "GET / HTTP/1.1\r\nhost: a\r\nx: a\tb\r\n\r\n",
  "a value with a byte beyond ASCII": "GET / HTTP/1.1\r\nhost: a\r\nx: \u00e9\r\n\r\n",
  "a connection that is to be closed": "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
  "a connection of several words":
    "GET / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, upgrade\r\n\r\n",
  "an upgrade": "GET / HTTP/1.1\r\nhost: a\r\nupgrade: h2c\r\n\r\n",
  "an expectation":
    "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 0\r\n\r\n",
  "a body in chunks": "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  "a body in chunks that has a length, too":
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "a GET with a length": "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
  "a POST without a length": "POST / HTTP/1.1\r\nhost: a\r\n\r\n",
  "two lengths": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na",
  "a list of lengths": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 1\r\n\r\na",
  "a length with a sign": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\na",
  "a length with a zero before it": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 01\r\n\r\na",
  "a length that is no number": "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0x1\r\n\r\na",
  "a head without end": `GET /${"a".repeat(9_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
};

for (const [name, text] of Object.entries(DOUBTFUL)) {
  test(`${name} is left to a parser`, () => {
    assert.equal(recognize(Buffer.from(text, "latin1").toString("latin1")), undefined);
  });
}
