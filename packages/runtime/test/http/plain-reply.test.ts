import assert from "node:assert/strict";
import { test } from "node:test";
import { PlainReplies } from "../../src/http/plain-reply.ts";

const recognize = (text: string) => new PlainReplies().recognize(Buffer.from(text));

test("a plain reply is recognised: its status, its headers, its body", () => {
  const reply = recognize(
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: Keep-Alive\r\nkeep-alive: timeout=72, max=5\r\ncontent-length: 3\r\n\r\n订",
  );

  assert.ok(typeof reply === "object");
  assert.equal(reply.body.toString(), "订");
  assert.deepEqual(reply.head, {
    status: 200,
    headers: {
      "content-type": "application/json",
      connection: "Keep-Alive",
      "keep-alive": "timeout=72, max=5",
      "content-length": "3",
    },
    bodyLength: 3,
    keepsForSeconds: 72,
  });
});

test("the same head with another body is another reply", () => {
  const replies = new PlainReplies();
  const bodies = ["ab", "cd"].map((body) => {
    const reply = replies.recognize(
      Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n${body}`),
    );
    return typeof reply === "object" ? reply.body.toString() : reply;
  });

  assert.deepEqual(bodies, ["ab", "cd"]);
});

test("more heads than are remembered are recognised all the same", () => {
  const replies = new PlainReplies();
  for (let number = 0; number < 1_000; number += 1) {
    const text = `HTTP/1.1 200 OK\r\nx: ${number}\r\ncontent-length: 0\r\n\r\n`;
    const reply = replies.recognize(Buffer.from(text));
    assert.equal(typeof reply === "object" && reply.head.headers["x"], String(number));
  }
});

test("what follows a reply is not of it, and can be told by its length", () => {
  const first = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab";
  const reply = recognize(`${first}cd`);

  assert.ok(typeof reply === "object");
  assert.equal(reply.body.toString(), "ab");
  assert.equal(reply.length, first.length);
});

test("each beginning of a plain reply may become one", () => {
  const whole = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nab";
  for (let length = 1; length < whole.length; length += 1) {
    assert.equal(recognize(whole.slice(0, length)), "incomplete", whole.slice(0, length));
  }
});

const STRANGE: Readonly<Record<string, string>> = {
  "no HTTP": "nonsense",
  "no HTTP, and shorter than a first line": "HTP",
  "an older version": "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
  "an interim reply": "HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n",
  "a status of two digits": "HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n",
  "a status of no known class": "HTTP/1.1 600 OK\r\ncontent-length: 0\r\n\r\n",
  "two spaces before the status": "HTTP/1.1  200 OK\r\ncontent-length: 0\r\n\r\n",
  "a reason beyond ASCII": "HTTP/1.1 200 \u00e9\r\ncontent-length: 0\r\n\r\n",
  "a status without a body": "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
  "a status that resets": "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n",
  "a status of what was not changed": "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n",
  "no length": "HTTP/1.1 200 OK\r\nx: y\r\n\r\n",
  "a length twice": "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nContent-Length: 0\r\n\r\n",
  "a length with a sign": "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na",
  "a length with a leading zero": "HTTP/1.1 200 OK\r\ncontent-length: 01\r\n\r\na",
  "a length in hexadecimal": "HTTP/1.1 200 OK\r\ncontent-length: 0x1\r\n\r\na",
  "a length of several": "HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\na",
  "a length of more than is read": "HTTP/1.1 200 OK\r\ncontent-length: 65537\r\n\r\n",
  "a body in chunks": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  "chunks and a length":
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
  "trailers to come": "HTTP/1.1 200 OK\r\ntrailer: x\r\ncontent-length: 0\r\n\r\n",
  "another protocol": "HTTP/1.1 200 OK\r\nupgrade: h2c\r\ncontent-length: 0\r\n\r\n",
  "a connection that ends": "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
  "a connection of several words":
    "HTTP/1.1 200 OK\r\nconnection: keep-alive, x\r\ncontent-length: 0\r\n\r\n",
  "a header without a colon": "HTTP/1.1 200 OK\r\nx\r\ncontent-length: 0\r\n\r\n",
  "a space before the colon": "HTTP/1.1 200 OK\r\nx : y\r\ncontent-length: 0\r\n\r\n",
  "a value that is folded": "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n",
  "lines that end otherwise": "HTTP/1.1 200 OK\ncontent-length: 0\n\r\n\r\n",
  "a head that is too long": `HTTP/1.1 200 OK\r\nx: ${"y".repeat(8_192)}\r\ncontent-length: 0\r\n\r\n`,
  "a head that is too long already": `HTTP/1.1 200 OK\r\nx: ${"y".repeat(8_192)}`,
};

for (const [what, text] of Object.entries(STRANGE)) {
  test(`${what} is for a real parser`, () => {
    assert.equal(recognize(text), "strange");
  });
}
