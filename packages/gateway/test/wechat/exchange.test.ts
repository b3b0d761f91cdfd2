import assert from "node:assert/strict";
import { test } from "node:test";
import { createDispatcher, createManualWorld } from "@yici/runtime";
import type { DispatcherOptions, ManualWorld } from "@yici/runtime";
import { createExchange } from "../../src/wechat/exchange.ts";
import type { ExchangeLimits, ExchangeOutcome } from "../../src/wechat/exchange.ts";
import { buildHttpReply, startTcpServer } from "./tcp-server.ts";

const OK = buildHttpReply('{"errcode":0}');

/** A still clock and real sockets, closed at the end. */
function openWorld(options?: DispatcherOptions): ManualWorld & AsyncDisposable {
  const dispatcher = createDispatcher(options);
  const world = createManualWorld({ dispatcher });
  return { ...world, [Symbol.asyncDispose]: () => dispatcher.destroy() };
}

function post(
  world: ManualWorld,
  origin: string,
  limits: Partial<ExchangeLimits> = {},
): Promise<ExchangeOutcome> {
  const request = { method: "POST", path: "/send?access_token=CANARY", body: "{}" } as const;
  const exchange = createExchange(world);
  return exchange(origin, request, { deadlineAt: world.monotonic() + 10_000, ...limits });
}

test("a reply with status 200 is read to its end", async () => {
  await using server = await startTcpServer((socket) => socket.end(OK));
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.deepEqual(outcome, { kind: "replied", body: '{"errcode":0}' });
  assert.match(server.requests[0] ?? "", /^POST \/send\?access_token=CANARY HTTP\/1\.1\r\n/);
  assert.match(
    server.requests[0] ?? "",
    /\r\ncontent-type: application\/json\r\n[^]*\r\n\r\n\{\}$/,
  );
});

test("an interim reply is passed over, the real one counts", async () => {
  const interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
  await using server = await startTcpServer((socket) => socket.write(interim + OK));
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.equal(outcome.kind, "replied");
});

test("a refused connection is unsent", async () => {
  const server = await startTcpServer();
  await server[Symbol.asyncDispose]();
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.deepEqual(outcome, { kind: "unsent", reason: "no_connection: ECONNREFUSED" });
});

test("an unknown host is unsent", async () => {
  await using world = openWorld();

  const outcome = await post(world, "http://yici.invalid");

  assert.equal(outcome.kind, "unsent");
  assert.match(outcome.reason, /^no_connection: (ENOTFOUND|EAI_AGAIN)$/);
});

test("a host that does not speak TLS is unsent", async () => {
  await using server = await startTcpServer(undefined, (socket) => {
    socket.on("data", () => socket.end("this is no TLS"));
  });
  await using world = openWorld();

  const outcome = await post(world, `https://127.0.0.1:${server.port}`);

  assert.equal(outcome.kind, "unsent");
  assert.match(outcome.reason, /^no_connection: ERR_SSL_/);
});

test("a connection lost during the TLS handshake is unsent", async () => {
  await using server = await startTcpServer(undefined, (socket) => {
    socket.on("data", () => socket.resetAndDestroy());
  });
  await using world = openWorld();

  const outcome = await post(world, `https://127.0.0.1:${server.port}`);

  assert.deepEqual(outcome, { kind: "unsent", reason: "no_connection: ECONNRESET" });
});

test("a connection that takes too long to open is unsent", async () => {
  await using server = await startTcpServer(); // Accepts, and never says a word of TLS.
  await using world = openWorld({ connectTimeoutMs: 20 });

  const outcome = await post(world, `https://127.0.0.1:${server.port}`);

  assert.deepEqual(outcome, { kind: "unsent", reason: "no_connection: UND_ERR_CONNECT_TIMEOUT" });
});

test("a deadline that passes while the connection opens leaves the request unsent", async () => {
  await using server = await startTcpServer();
  await using world = openWorld();

  const outcome = post(world, `https://127.0.0.1:${server.port}`);
  await world.advance(10_000);

  assert.deepEqual(await outcome, { kind: "unsent", reason: "deadline" });
});

test("a proxy that is not there leaves the request unsent", async () => {
  const proxy = await startTcpServer();
  await proxy[Symbol.asyncDispose]();
  await using world = openWorld({ proxy: proxy.origin });

  const outcome = await post(world, "https://api.weixin.qq.com");

  assert.deepEqual(outcome, { kind: "unsent", reason: "no_connection: ECONNREFUSED" });
});

test("a proxy that refuses the tunnel leaves the request unsent", async () => {
  const refusal = buildHttpReply("", "403 Forbidden");
  await using proxy = await startTcpServer((socket) => socket.end(refusal));
  await using world = openWorld({ proxy: proxy.origin });

  const outcome = await post(world, "https://api.weixin.qq.com");

  assert.equal(outcome.kind, "unsent");
  assert.match(proxy.requests[0] ?? "", /^CONNECT api\.weixin\.qq\.com:443 /);
  assert.ok(!proxy.requests.join("").includes("CANARY"));
});

test("a deadline that has passed already keeps the request from being written", async () => {
  await using server = await startTcpServer((socket) => socket.end(OK));
  await using world = openWorld();

  const outcome = await post(world, server.origin, { deadlineAt: world.monotonic() });

  assert.deepEqual(outcome, { kind: "unsent", reason: "deadline" });
  assert.deepEqual(server.requests, []);
});

test("the deadline is checked just before the request is written, not only when a timer rings", async () => {
  await using server = await startTcpServer((socket) => socket.end(OK));
  await using world = openWorld();
  let now = 0;
  const stalled = { ...world, monotonic: () => now }; // The process stood still: no timer has rung yet.

  const outcome = post(stalled, server.origin, { deadlineAt: 100 });
  now = 100;

  assert.deepEqual(await outcome, { kind: "unsent", reason: "deadline" });
  assert.deepEqual(server.requests, []);
});

test("a deadline that passes while the request waits for a connection leaves it unsent", async () => {
  await using server = await startTcpServer((socket, number) => number === 2 && socket.write(OK));
  await using world = openWorld({ connections: 1 });

  const first = post(world, server.origin, { deadlineAt: world.monotonic() + 20_000 });
  await server.received(1);
  const second = post(world, server.origin);
  await world.advance(10_000);
  assert.deepEqual(await second, { kind: "unsent", reason: "deadline" });

  await world.advance(10_000);
  assert.deepEqual(await first, { kind: "unanswered", reason: "deadline" });
  const third = await post(world, server.origin, { deadlineAt: world.monotonic() + 20_000 });
  assert.equal(third.kind, "replied");
  assert.equal(server.requests.length, 2);
});

test("a server that never answers leaves the request unanswered, and its connection is closed", async () => {
  await using server = await startTcpServer();
  await using world = openWorld();

  const outcome = post(world, server.origin);
  await server.received(1);
  await world.advance(10_000);

  assert.deepEqual(await outcome, { kind: "unanswered", reason: "deadline" });
  await server.hungUp();
});

test("a reply that never ends leaves the request unanswered", async () => {
  const begun = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
  await using server = await startTcpServer((socket) => socket.write(begun));
  await using world = openWorld();

  const outcome = post(world, server.origin);
  await server.received(1);
  await world.advance(10_000);

  assert.deepEqual(await outcome, { kind: "unanswered", reason: "deadline" });
});

test("a connection reset after the request is unanswered, and it is not sent again", async () => {
  await using server = await startTcpServer((socket) => socket.resetAndDestroy());
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.deepEqual(outcome, { kind: "unanswered", reason: "connection_lost: ECONNRESET" });
  assert.equal(server.requests.length, 1);
});

test("a connection closed without a reply is unanswered, and the request is not sent again", async () => {
  await using server = await startTcpServer((socket) => socket.end());
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.deepEqual(outcome, { kind: "unanswered", reason: "connection_lost: UND_ERR_SOCKET" });
  assert.equal(server.requests.length, 1);
});

test("a reply cut short is unanswered", async () => {
  const cut = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"errcode":0}';
  await using server = await startTcpServer((socket) => socket.end(cut));
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.equal(outcome.kind, "unanswered");
  assert.match(outcome.reason, /^connection_lost: /);
});

test("bytes that are no HTTP are unanswered", async () => {
  await using server = await startTcpServer((socket) => socket.end("nonsense\r\n\r\n"));
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.equal(outcome.kind, "unanswered");
});

for (const status of ["204 No Content", "302 Found", "400 Bad Request", "502 Bad Gateway"]) {
  test(`status ${status} is unanswered, whatever its body says, and nothing is followed`, async () => {
    await using target = await startTcpServer((socket) => socket.end(OK));
    const body = status.startsWith("204") ? "" : '{"errcode":0}';
    const reply = buildHttpReply(body, status, `location: ${target.origin}\r\n`);
    await using server = await startTcpServer((socket) => socket.write(reply));
    await using world = openWorld();

    const outcome = await post(world, server.origin);

    assert.deepEqual(outcome, { kind: "unanswered", reason: `http_status: ${status.slice(0, 3)}` });
    assert.equal(target.connectionCount(), 0);
  });
}

test("a reply that is too long is given up, and its connection closed", async () => {
  await using server = await startTcpServer((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n${"x".repeat(70_000)}`),
  );
  await using world = openWorld();

  const outcome = await post(world, server.origin);

  assert.deepEqual(outcome, { kind: "unanswered", reason: "reply_too_long" });
  await server.hungUp();
});

test("a kept connection that the server has closed is replaced; the request arrives once", async () => {
  await using server = await startTcpServer((socket) => socket.end(OK)); // Promises to keep it, and closes.
  await using world = openWorld();

  const first = await post(world, server.origin);
  await server.hungUp();
  const second = await post(world, server.origin);

  assert.deepEqual([first.kind, second.kind], ["replied", "replied"]);
  assert.equal(server.requests.length, 2);
  assert.equal(server.connectionCount(), 2);
});

test("a kept connection that dies under the next request leaves that unanswered, and it is not sent again", async () => {
  await using server = await startTcpServer((socket, number) =>
    number === 1 ? socket.write(OK) : socket.resetAndDestroy(),
  );
  await using world = openWorld({ connections: 1 });

  await post(world, server.origin);
  const second = await post(world, server.origin);

  assert.equal(second.kind, "unanswered");
  assert.equal(server.requests.length, 2);
  assert.equal(server.connectionCount(), 1);
});

test("requests that wait behind a lost connection are sent over another one, each once", async () => {
  await using server = await startTcpServer((socket, number) =>
    number === 1 ? socket.resetAndDestroy() : socket.write(OK),
  );
  await using world = openWorld({ connections: 1 });

  const outcomes = await Promise.all([1, 2, 3].map(() => post(world, server.origin)));

  const kinds = outcomes.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["unanswered", "replied", "replied"]);
  assert.equal(server.requests.length, 3);
});

test("giving up before the request was written leaves it unsent", async () => {
  await using server = await startTcpServer();
  await using world = openWorld({ connections: 1 });
  const stop = new AbortController();

  const first = post(world, server.origin, { signal: stop.signal });
  await server.received(1);
  const second = post(world, server.origin, { signal: stop.signal });
  stop.abort();

  assert.deepEqual(await first, { kind: "unanswered", reason: "stopped" });
  assert.deepEqual(await second, { kind: "unsent", reason: "stopped" });
  assert.deepEqual(await post(world, server.origin, { signal: stop.signal }), {
    kind: "unsent",
    reason: "stopped",
  });
  assert.equal(server.requests.length, 1);
});

test("a dispatcher that was closed leaves the request unsent", async () => {
  await using server = await startTcpServer();
  const world = openWorld();
  await world[Symbol.asyncDispose]();

  const outcome = await post(world, server.origin);

  assert.deepEqual(outcome, { kind: "unsent", reason: "no_connection: UND_ERR_DESTROYED" });
});

test("no outcome shows what stood in the request's query", async () => {
  await using world = openWorld();
  const path = "/send?access_token=CANARY\n"; // Not a valid path: the dispatcher refuses it.

  const outcome = await createExchange(world)(
    "http://127.0.0.1:1",
    { method: "POST", path, body: "{}" },
    { deadlineAt: 10_000 },
  );

  assert.equal(outcome.kind, "unsent");
  assert.ok(!JSON.stringify(outcome).includes("CANARY"));
});

test("a dispatcher that would write the request a second time is stopped, and the request is unanswered", async () => {
  await using world = openWorld();
  const aborted: string[] = [];
  const dispatcher = world.dispatcher.compose(() => (_options, handler) => {
    for (const time of ["first", "second"]) {
      handler.onRequestStart?.(
        buildController(() => void aborted.push(time)),
        {},
      );
    }
    return true;
  });

  const outcome = await post({ ...world, dispatcher }, "http://127.0.0.1:1");

  assert.deepEqual(outcome, { kind: "unanswered", reason: "connection_lost" });
  assert.ok(aborted.includes("second"));
});

function buildController(abort: () => void) {
  const idle = { aborted: false, paused: false, reason: null };
  return { ...idle, abort, pause() {}, resume() {} };
}
