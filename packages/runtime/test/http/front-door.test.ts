import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { buildReplyHead, type DoorReply, FrontDoor, type HotRoute } from "@yici/runtime";
import * as fc from "fast-check";
import { makeCertificate } from "./make-certificate.ts";

const CONTENT_TYPE = "text/plain; charset=utf-8";

/** What was read comes back: so two answers are alike only where two readers read the same. */
function echo(target: string, headers: Iterable<readonly [string, unknown]>, body = ""): string {
  return JSON.stringify([target, Object.fromEntries(headers), body]);
}

/**
 * Answers as soon as it has the head, of `/late` when it has the body: Node's parser may be done with a connection that goes on
 * with nonsense before anybody has answered what came well in the same piece.
 */
function answerBehind(request: IncomingMessage, response: ServerResponse): void {
  const { url = "", headers } = request;
  const chunks: Buffer[] = [];
  const reply = (): void => {
    const body = Buffer.concat(chunks).toString("utf8");
    const text = echo(url, Object.entries(headers), body);
    response.writeHead(200, {
      "content-type": CONTENT_TYPE,
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  };
  if (!url.startsWith("/late")) return reply();
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", reply);
}

function toReply(body: string): DoorReply {
  return { head: buildReplyHead(200, { "content-type": CONTENT_TYPE }), body };
}

/** Answers as the server does. */
const HOT: HotRoute = {
  isFor: ({ target }) => target.startsWith("/hot") || target.startsWith("/late/hot"),
  answer: async ({ head: { target, headers }, body }) =>
    toReply(echo(target, headers, target.startsWith("/late") ? body : "")),
};

/** The same, and how often it did. */
function countHot() {
  const count = { answered: 0 };
  const route: HotRoute = {
    isFor: (head) => HOT.isFor(head),
    answer: (request, remoteAddress) => {
      count.answered += 1;
      return HOT.answer(request, remoteAddress);
    },
  };
  return { route, count };
}

const KEPT_ALIVE = { keepAliveTimeout: 72_000 };

/** What clients and servers speak over. */
const PLAIN = {
  name: "plain sockets",
  /** At which a connection can be read. */
  event: "connection",
  open: (handler: typeof answerBehind): Server => createServer(KEPT_ALIVE, handler),
  dial: async (wire: Socket): Promise<Socket> => wire,
  propertyRuns: 1_000,
} as const;

const TLS = {
  name: "TLS",
  event: "secureConnection",
  open: (handler: typeof answerBehind): Server =>
    createTlsServer({ ...KEPT_ALIVE, ...makeCertificate() }, handler),
  dial: async (wire: Socket): Promise<Socket> => {
    const socket = connectTls({ socket: wire, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    return socket;
  },
  propertyRuns: 100,
} as const;

type Transport = typeof PLAIN | typeof TLS;

interface Listening {
  readonly transport?: Transport;
  readonly routes?: readonly HotRoute[];
  readonly behind?: typeof answerBehind;
}

async function listen(
  t: TestContext,
  { transport = PLAIN, routes, behind = answerBehind }: Listening,
) {
  const server = transport.open(behind);
  const door = routes && new FrontDoor(server, routes);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    door?.breakConnections();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const line = { port, transport };
  return { server, door, line, callBoth: () => callWithServerSide(server, line) };
}

/** Where to reach a server. */
interface Line {
  readonly port: number;
  readonly transport: Transport;
}

/** A route whose answer is given when the test says so. */
function openSlowRoute() {
  const bodies: string[] = [];
  const first = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<DoorReply>();
  const route: HotRoute = {
    isFor: ({ target }) => target === "/slow",
    answer: ({ body }) => {
      bodies.push(body);
      first.resolve();
      return promise;
    },
  };
  return { route, asked: { bodies, first: first.promise }, resolve };
}

/** Both ends of a connection. */
async function callWithServerSide(server: Server, line: Line) {
  const accepted = once(server, line.transport.event);
  const client = await call(line);
  const [atServer] = (await accepted) as [Socket];
  return { client, atServer };
}

/** The other end of a connection. */
async function call({ port, transport }: Line) {
  const wire = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(wire, "connect");
  wire.on("error", () => wire.destroy());
  const socket = await transport.dial(wire);
  let received = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return {
    socket,
    /** What it goes over: `socket` itself, or below TLS. */
    wire,
    closed,
    read: () => received,
    /** Resolves when so much has come. */
    async until(pattern: RegExp): Promise<void> {
      while (!pattern.test(received)) await once(socket, "data");
    },
  };
}

const post = (target: string, body: string): string =>
  `POST ${target} HTTP/1.1\r\nhost: a\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const LINES = [
  "content-type: application/json",
  "Connection: keep-alive",
  "connection: close",
  "connection: upgrade, keep-alive",
  "upgrade: h2c",
  "keep-alive: timeout=1",
  "proxy-connection: close",
  "expect: 100-continue",
  "expect: 200-ok",
  "te: trailers",
  "trailer: x",
  "transfer-encoding: chunked",
  "transfer-encoding: identity",
  "Transfer-Encoding : chunked",
  "content-length: 2",
  "content-length: +2",
  "content-length: 2, 2",
  "content-length: 02",
  "content-length: 99999999999",
  "content-length:",
  "Content-Length : 2",
  "cookie: a=b",
  "host: b",
  "x: \u00e9",
  "x:y",
  "x:  y  ",
  "x: a\tb",
  "x:",
  " folded",
  "no-colon",
  ": nameless",
  "x\u0000: y",
  "x: y\u0000",
  "x: y\rz",
  "x: y\nz: 1",
];

const usual = <T>(common: T, ...others: readonly T[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(common) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const requestArbitrary = fc
  .record({
    method: usual("POST", "GET", "PUT", "HEAD", "post", "FOO", "CONNECT", ""),
    target: usual("/hot?a=1", "/cold", "/hot#f", "/hot?\u00e9", "*", "http://a/hot", "hot", ""),
    version: usual("HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "http/1.1", "HTTP/2.0"),
    gap: usual(" ", "  ", "\t", ""),
    end: usual("\r\n", "\n", "\r", "\r\n "),
    host: usual("host: a", "Host: 127.0.0.1:1", "x-host: a", "host:"),
    lines: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.subarray(LINES, { maxLength: 2 }) },
    ),
    body: fc.constantFrom(
      "",
      "ab",
      '{"a":"订"}',
      "0\r\n\r\n",
      "\u00ff\ufffd",
      "GET / HTTP/1.1\r\n",
    ),
    lie: usual(0, 1),
    before: usual("", "\r\n", "\r\n\r\n", " "),
    behind: usual("", post("/hot", "behind"), post("/cold", "behind")),
  })
  .map(({ method, target, version, gap, end, host, lines, body, lie, before, behind }) => {
    const bytes = Buffer.from(body, "utf8");
    const length = method === "GET" && bytes.length === 0 ? [] : [bytes.length + lie];
    const head = [
      `${method}${gap}${target}${gap}${version}`,
      host,
      ...lines,
      ...length.map((count) => `content-length: ${count}`),
    ];
    return Buffer.concat([
      Buffer.from(`${before}${head.join(end)}${end}${end}`, "latin1"),
      bytes,
      Buffer.from(behind),
    ]);
  });

function cut(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

/** Everything that the other side says to these writes, given one after the other and then the end. */
async function converse(line: Line, writes: readonly Buffer[]): Promise<string> {
  const { socket, closed, read } = await call(line);
  for (const bytes of writes) {
    const before = read().length;
    if (socket.writable) socket.write(bytes);
    await settle(socket, () => read().length > before);
  }
  socket.end();
  await closed;
  return read()
    .replaceAll(/^Date: .*$/gm, "Date: …")
    .replace(NONSENSE_BEHIND_SENSE, "");
}

/** Whether Node still says so after it has answered what came before in the same piece is a matter of turns. */
const NONSENSE_BEHIND_SENSE = /(?<=\n|.)HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/;

/** Waits for an answer, or for so many turns that none is to be expected. */
async function settle(socket: Socket, isAnswered: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20 && !socket.destroyed && !isAnswered(); turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

for (const transport of [PLAIN, TLS]) {
  test(`over ${transport.name}, a server with a door says the same bytes as one without, whatever a client writes`, async (t) => {
    const { route, count } = countHot();
    const bare = await listen(t, { transport });
    const doored = await listen(t, { transport, routes: [route] });

    await fc.assert(
      fc.asyncProperty(
        fc.array(requestArbitrary, { minLength: 1, maxLength: 4 }),
        async (writes) => {
          const [expected, actual] = await Promise.all([
            converse(bare.line, writes),
            converse(doored.line, writes),
          ]);
          assert.equal(actual, expected);
        },
      ),
      { numRuns: transport.propertyRuns },
    );

    assert.ok(
      count.answered > transport.propertyRuns / 5,
      `only ${count.answered} requests were answered at the door`,
    );
  });

  test(`over ${transport.name}, a server with a door reads the same bodies as one without, wherever they are cut`, async (t) => {
    const { route, count } = countHot();
    const bare = await listen(t, { transport });
    const doored = await listen(t, { transport, routes: [route] });
    const request = fc
      .tuple(fc.constantFrom("/late/hot?a=1", "/late/cold"), fc.string({ unit: "binary" }))
      .map(([target, body]) => Buffer.from(post(target, body)));
    const writesOfSound = fc
      .record({
        requests: fc.array(request, { minLength: 1, maxLength: 4 }),
        cuts: fc.option(fc.array(fc.nat(300), { maxLength: 3 })),
      })
      .map(({ requests, cuts }) => (cuts === null ? requests : cut(Buffer.concat(requests), cuts)));

    await fc.assert(
      fc.asyncProperty(writesOfSound, async (writes) => {
        const [expected, actual] = await Promise.all([
          converse(bare.line, writes),
          converse(doored.line, writes),
        ]);
        assert.equal(actual, expected);
      }),
      { numRuns: transport.propertyRuns / 2 },
    );

    assert.ok(
      count.answered > transport.propertyRuns / 10,
      `only ${count.answered} requests were answered at the door`,
    );
  });

  test(`over ${transport.name}, what comes while an answer is being made goes to the server, in order, after the answer`, async (t) => {
    const { route, asked, resolve } = openSlowRoute();
    const { callBoth } = await listen(t, { transport, routes: [route] });
    const { client, atServer } = await callBoth();
    client.socket.write(post("/slow", "first"));
    await asked.first;

    const paused = once(atServer, "pause");
    client.socket.write(post("/slow", "second") + post("/cold", "third"));
    await paused;
    resolve(toReply("answer to the first"));
    await client.until(/"\/cold"/);

    assert.deepEqual(asked.bodies, ["first"]);
    assert.match(client.read(), /answer to the first.*"\/slow".*"\/cold"/s);
  });

  test(`over ${transport.name}, a connection that says nothing is the server's to wait for`, async (t) => {
    const { route, asked } = openSlowRoute();
    const { callBoth } = await listen(t, { transport, routes: [route] });
    const { client, atServer } = await callBoth();

    atServer.emit("timeout");
    client.socket.write(post("/slow", "late"));
    await client.until(/"\/slow"/);

    assert.deepEqual(asked.bodies, []);
  });

  test(`over ${transport.name}, a connection that says nothing more after an answer is closed, as by the server`, async (t) => {
    const { server, callBoth } = await listen(t, { transport, routes: [HOT] });
    const { client, atServer } = await callBoth();
    client.socket.write(post("/hot", "a"));
    await client.until(/"\/hot"/);

    assert.equal(atServer.timeout, server.keepAliveTimeout + server.keepAliveTimeoutBuffer);
    atServer.emit("timeout");
    await client.closed;
  });

  test(`over ${transport.name}, closing ends who waits at the door, and who is being answered with the answer`, async (t) => {
    const { route, asked, resolve } = openSlowRoute();
    const { server, door, callBoth } = await listen(t, { transport, routes: [route] });
    const waiting = await callBoth();
    const { client } = await callBoth();
    client.socket.write(post("/slow", "a"));
    await asked.first;

    door?.close();
    server.close();
    await waiting.client.closed;
    resolve(toReply("the answer"));
    await client.closed;

    assert.match(client.read(), /Connection: close\r\n\r\nthe answer$/);
  });

  test(`over ${transport.name}, breaking connections breaks them wherever they are`, async (t) => {
    const { route, asked } = openSlowRoute();
    const { server, door, line, callBoth } = await listen(t, { transport, routes: [route] });
    const answered = await callBoth();
    answered.client.socket.write(post("/slow", "a"));
    await asked.first;
    const behind = await callBoth();
    behind.client.socket.write(post("/cold", "b"));
    await behind.client.until(/"\/cold"/);
    const accepted = once(server, "connection");
    const silent = await call({ ...line, transport: PLAIN });
    await accepted;

    door?.breakConnections();
    await Promise.all([answered.client.closed, behind.client.closed, silent.closed]);

    assert.equal(answered.client.read(), "");
  });

  test(`over ${transport.name}, a client that goes away while it is answered is nobody's trouble`, async (t) => {
    const { route, asked, resolve } = openSlowRoute();
    const { line, callBoth } = await listen(t, { transport, routes: [route, HOT] });
    const gone = await callBoth();
    gone.client.socket.write(post("/slow", "a"));
    await asked.first;

    const closed = new Promise<void>((done) => gone.atServer.on("close", () => done()));
    gone.client.wire.resetAndDestroy();
    await closed;
    resolve(toReply("to nobody"));
    const other = await call(line);
    other.socket.write(post("/hot", "b"));

    await other.until(/"\/hot"/);
  });

  test(`over ${transport.name}, an answer that fails costs its connection and nothing else`, async (t) => {
    const failing: HotRoute = {
      isFor: ({ target }) => target === "/failing",
      answer: () => Promise.reject(new Error("no answer")),
    };
    const { line } = await listen(t, { transport, routes: [failing, HOT] });
    const client = await call(line);
    const other = await call(line);

    client.socket.write(post("/failing", "a"));
    await client.closed;
    other.socket.write(post("/hot", "b"));

    await other.until(/"\/hot"/);
  });

  test(`over ${transport.name}, who does not read answers is given no more of them until it does`, async (t) => {
    const LONG = "a".repeat(1_000_000);
    let answeredCount = 0;
    const long: HotRoute = {
      isFor: () => true,
      answer: async () => {
        answeredCount += 1;
        return toReply(`${LONG}.`);
      },
    };
    const { callBoth } = await listen(t, { transport, routes: [long] });
    const { client, atServer } = await callBoth();
    client.socket.pause();

    const held = once(atServer, "pause");
    const ask = (): void => void client.socket.write(post("/", "a"));
    atServer.on("data", () => setImmediate(ask));
    ask();
    await held;
    const answeredBefore = answeredCount;
    atServer.removeAllListeners("data");
    client.socket.resume();
    await once(atServer, "resume");

    assert.ok(answeredBefore < 50, `${answeredBefore} answers were held in memory`);
  });

  for (const { what, written } of [
    { what: "before it said anything", written: "" },
    { what: "in the middle of a head", written: "POST /hot HTTP/1.1\r\nhost" },
    { what: "in the middle of a body", written: post("/hot", "whole").slice(0, -2) },
    {
      what: "after an answer, in the middle of the next head",
      written: `${post("/hot", "a")}POST`,
    },
  ]) {
    test(`over ${transport.name}, who closes one half ${what} is told the same as without a door`, async (t) => {
      const bare = await listen(t, { transport });
      const doored = await listen(t, { transport, routes: [HOT] });

      const [expected, actual] = await Promise.all([
        converse(bare.line, [Buffer.from(written)]),
        converse(doored.line, [Buffer.from(written)]),
      ]);

      assert.equal(actual, expected);
    });
  }

  test(`over ${transport.name}, who closes one half while being answered hears nothing more, as without a door`, async (t) => {
    const slow = openSlowRoute();
    const arrived = Promise.withResolvers<ServerResponse>();
    const bare = await listen(t, { transport, behind: (_, response) => arrived.resolve(response) });
    const doored = await listen(t, { transport, routes: [slow.route] });
    const { promise: held } = arrived;
    const sides = [
      { ...bare, asked: held, answer: async () => void (await held).end("too late") },
      { ...doored, asked: slow.asked.first, answer: async () => slow.resolve(toReply("too late")) },
    ];

    for (const { callBoth, asked, answer } of sides) {
      const { client, atServer } = await callBoth();
      client.socket.write(post("/slow", "a"));
      await asked;
      const ended = once(atServer, "end");
      client.socket.end();
      await ended;
      await answer();
      await client.closed;

      assert.equal(client.read(), "");
    }
  });

  test(`over ${transport.name}, a client that disappears in the middle of an answer takes no other with it`, async (t) => {
    const long: HotRoute = {
      isFor: ({ target }) => target === "/long",
      answer: async () => toReply("a".repeat(20_000_000)),
    };
    const { server, line, callBoth } = await listen(t, { transport, routes: [long, HOT] });
    const { client, atServer } = await callBoth();
    const closed = new Promise<void>((done) => atServer.on("close", () => done()));
    client.socket.write(post("/long", "a"));
    await client.until(/aaa/);

    client.wire.resetAndDestroy();
    await closed;
    const other = await call(line);
    other.socket.write(post("/hot", "b"));
    await other.until(/"\/hot"/);

    assert.ok(client.read().length < 20_000_000);
    const countConnections = promisify(server.getConnections.bind(server));
    assert.equal(await countConnections(), 1);
  });
}
