import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, Socket } from "node:net";
import { test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { PlainAgent } from "../../src/http/plain-agent.ts";
import { makeCertificate } from "./make-certificate.ts";

/** What a caller was told of one request. */
interface Told {
  readonly status: number | undefined;
  readonly body: string;
  /** How it ended. */
  readonly end: "whole" | "failed";
}

type Answer = (socket: Socket, path: string) => void;

interface Stage extends AsyncDisposable {
  readonly origin: string;
  /** Of every connection that was made: how many requests came over it. */
  readonly connections: number[];
  /** Resolves when a connection has ended, this one or the next. */
  hungUp(): Promise<unknown>;
}

/** A server that answers whatever bytes a test likes. */
async function openStage(answer: Answer, tls?: { key: string; cert: string }): Promise<Stage> {
  const connections: number[] = [];
  const sockets = new Set<Socket>();
  const listen = (socket: Socket): void => {
    const number = connections.push(0) - 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket) && server.emit("hung-up"));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (!received.endsWith("\r\n\r\n")) return;
      const path = received.split(" ")[1] ?? "";
      received = "";
      connections[number] = (connections[number] ?? 0) + 1;
      answer(socket, path);
    });
  };
  const server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    origin: `${tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`,
    connections,
    hungUp: () => once(server, "hung-up"),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function openAgent(connections = 4, ca?: string): PlainAgent {
  // The certificate is in nobody's name.
  const trust = ca === undefined ? {} : { ca, checkServerIdentity: () => undefined };
  return new PlainAgent({ connections, connect: buildConnector({ allowH2: false, ...trust }) });
}

function ask(
  dispatcher: Dispatcher,
  origin: string,
  path: string,
  handler: Dispatcher.DispatchHandler = {},
): Promise<Told> {
  return new Promise((resolve) => {
    let status: number | undefined;
    let body = "";
    let isOver = false;
    const end = (told: Told): void => {
      assert.ok(!isOver, "told of two ends");
      isOver = true;
      resolve(told);
    };
    dispatcher.dispatch(
      { origin, path, method: "GET", headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart: (...parts) => handler.onRequestStart?.(...parts),
        onResponseStart(...parts) {
          status = parts[1];
          handler.onResponseStart?.(...parts);
        },
        onResponseData: (_controller, chunk) => void (body += chunk.toString("latin1")),
        onResponseEnd: () => end({ status, body, end: "whole" }),
        onResponseError: () => end(FAILED),
      },
    );
  });
}

const FAILED: Told = { status: undefined, body: "", end: "failed" };

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const WHOLE: Told = { status: 200, body: "ok", end: "whole" };
const END = "<the end of the connection>";

const REPLIES: Readonly<Record<string, string>> = {
  "a plain reply": OK,
  "a plain reply that is no success": "HTTP/1.1 502 Bad\r\ncontent-length: 3\r\n\r\nbad",
  "a plain reply without a body": "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
  "a reply in chunks":
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n3\r\n!!!\r\n0\r\n\r\n",
  "chunks with trailers":
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x\r\n\r\n2\r\nok\r\n0\r\nx: y\r\n\r\n",
  "chunks that are no chunks": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok\r\n",
  "chunks without their end": `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n${END}`,
  "a body as long as the connection": `HTTP/1.1 200 OK\r\n\r\nuntil the end${END}`,
  "an old reply as long as the connection": `HTTP/1.0 200 OK\r\n\r\nuntil the end${END}`,
  "a reply that ends the connection": `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok${END}`,
  "an interim reply before the real one": `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}`,
  "a status that has no body": "HTTP/1.1 204 No Content\r\n\r\n",
  "a header twice": "HTTP/1.1 200 OK\r\nx: y\r\nx: z\r\ncontent-length: 2\r\n\r\nok",
  "no space after a colon": "HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok",
  "a long body": `HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${"x".repeat(100_000)}`,
  "a reply cut short in its body": `HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok${END}`,
  "a reply cut short in its head": `HTTP/1.1 200 OK\r\ncontent-le${END}`,
  "no reply at all": END,
  "what is no HTTP": "nonsense\r\n\r\n",
  "two lengths that differ": "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!",
};

for (const [what, reply] of Object.entries(REPLIES)) {
  for (const size of [1_000_000, 7, 1]) {
    if (reply.length / size > 1_000) continue;
    test(`${what}, ${size} bytes at a time, is told as undici tells it, and harms no other`, async () => {
      await using stage = await openStage((socket, path) =>
        path === "/ok" ? socket.write(OK) : writeSlowly(socket, reply, size),
      );
      const agents = [new Agent({ allowH2: false }), openAgent()];

      const told = [];
      for (const agent of agents) told.push(await ask(agent, stage.origin, "/reply"));
      const after = [];
      for (const agent of agents) after.push(await ask(agent, stage.origin, "/ok"));

      assert.deepEqual(told[1], told[0]);
      assert.deepEqual(after, [WHOLE, WHOLE]);
      for (const agent of agents) await agent.destroy();
    });
  }
}

function writeSlowly(socket: Socket, reply: string, size: number): void {
  const isEnding = reply.endsWith(END);
  const text = isEnding ? reply.slice(0, -END.length) : reply;
  const write = (at: number): void => {
    if (at < text.length) socket.write(text.slice(at, at + size), "latin1", () => write(at + size));
    else if (isEnding) socket.end();
  };
  write(0);
}

test("requests one after another share a connection, requests at once have one each", async () => {
  await using stage = await openStage((socket) => socket.write(OK));
  const agent = openAgent();

  for (let count = 0; count < 3; count += 1) await ask(agent, stage.origin, "/");
  assert.deepEqual(stage.connections, [3]);

  const told = await Promise.all([1, 2, 3].map(() => ask(agent, stage.origin, "/")));
  assert.deepEqual(told, [WHOLE, WHOLE, WHOLE]);
  assert.equal(stage.connections.length, 3);
  await agent.close();
});

test("there are no more connections than agreed, and who waits for one is served in turn", async () => {
  const paths: string[] = [];
  await using stage = await openStage((socket, path) => {
    paths.push(path);
    socket.write(OK);
  });
  const numbers = Array.from({ length: 50 }, (_none, number) => `/${number}`);

  for (const connections of [1, 2]) {
    const agent = openAgent(connections);
    const told = await Promise.all(numbers.map((path) => ask(agent, stage.origin, path)));
    for (const one of told) assert.deepEqual(one, WHOLE);
    await agent.close();
  }

  assert.equal(stage.connections.length, 1 + 2);
  assert.deepEqual(paths.slice(0, 50), numbers);
  assert.deepEqual(new Set(paths.slice(50)), new Set(numbers));
  assert.equal(paths.length, 100);
});

/** A reply whose server keeps the connection for so long. */
function keepFor(seconds: number): string {
  return OK.replace("\r\n\r\n", `\r\nkeep-alive: timeout=${seconds}\r\n\r\n`);
}

const FORGED = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";

test("what comes before anybody asks ends its connection, and is nobody's reply", async () => {
  let first: Socket | undefined;
  await using stage = await openStage((socket) => {
    first ??= socket;
    socket.write(keepFor(60));
  });
  const agent = openAgent();
  await ask(agent, stage.origin, "/");

  const hungUp = stage.hungUp();
  first?.write(FORGED);
  await hungUp;

  assert.deepEqual(await ask(agent, stage.origin, "/"), WHOLE);
  assert.deepEqual(stage.connections, [1, 1]);
  await agent.close();
});

test("what follows a reply ends its connection, and is nobody's reply", async () => {
  await using stage = await openStage((socket) => socket.write(OK + FORGED));
  const agent = openAgent();

  assert.deepEqual(await ask(agent, stage.origin, "/"), WHOLE);
  assert.deepEqual(await ask(agent, stage.origin, "/"), WHOLE);

  assert.deepEqual(stage.connections, [1, 1]);
  await agent.close();
});

test("a connection that the server will not keep for long is not used again", async () => {
  await using stage = await openStage((socket) => socket.write(keepFor(2)));
  const agent = openAgent();

  await ask(agent, stage.origin, "/");
  await ask(agent, stage.origin, "/");

  assert.deepEqual(stage.connections, [1, 1]);
  await agent.close();
});

test("a connection is closed before the server closes it", async () => {
  const order: string[] = [];
  await using stage = await openStage((socket) => {
    socket.on("end", () => order.push("client"));
    socket.setTimeout(3_000, () => {
      order.push("server");
      socket.destroy();
    });
    socket.write(keepFor(3));
  });
  const agent = openAgent();
  const hungUp = stage.hungUp();

  await ask(agent, stage.origin, "/");
  await hungUp;

  assert.deepEqual(order, ["client"]);
  await agent.close();
});

test("a reply may take longer than a connection is kept in silence", async () => {
  await using stage = await openStage((socket, path) => {
    if (path === "/slow") socket.setTimeout(1_500, () => socket.write(OK));
    else socket.write(keepFor(3));
  });
  const agent = openAgent();

  await ask(agent, stage.origin, "/");

  assert.deepEqual(await ask(agent, stage.origin, "/slow"), WHOLE);
  assert.deepEqual(stage.connections, [2]);
  await agent.close();
});

test("a server that was strange once is undici's from then on", async () => {
  const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  await using stage = await openStage((socket) => socket.write(chunked));
  const agent = openAgent(1);

  for (let count = 0; count < 4; count += 1) {
    assert.deepEqual(await ask(agent, stage.origin, "/"), WHOLE);
  }

  // The first one's connection is closed; the others share one.
  assert.deepEqual(stage.connections, [1, 3]);
  await agent.close();
});

test("what is given up before its first byte is not written, and the next that waits is", async () => {
  const paths: string[] = [];
  await using stage = await openStage((socket, path) => {
    paths.push(path);
    socket.write(OK);
  });
  const agent = openAgent(1);

  const given = ask(agent, stage.origin, "/given-up", {
    onRequestStart: (controller) => controller.abort(new Error("given up")),
  });
  const next = ask(agent, stage.origin, "/next");

  assert.deepEqual(await given, FAILED);
  assert.deepEqual(await next, WHOLE);
  assert.deepEqual(paths, ["/next"]);
  assert.deepEqual(stage.connections, [1]);
  await agent.close();
});

test("what is given up on its way ends its connection", async () => {
  await using stage = await openStage((socket, path) => {
    if (path === "/") socket.write(OK);
  });
  const agent = openAgent(1);
  const controller = Promise.withResolvers<Dispatcher.DispatchController>();
  const told = ask(agent, stage.origin, "/silent", { onRequestStart: controller.resolve });

  const hungUp = stage.hungUp();
  const reason = new Error("given up");
  const given = await controller.promise;
  given.abort(reason);
  given.abort(new Error("given up again"));

  assert.deepEqual(await told, FAILED);
  assert.equal(given.aborted, true);
  assert.equal(given.reason, reason);
  await hungUp;
  assert.deepEqual(await ask(agent, stage.origin, "/"), WHOLE);
  await agent.close();
});

test("who throws at the head of a reply has given it up, and who waits for its connection gets another", async () => {
  await using stage = await openStage((socket) => socket.write(OK));
  const agent = openAgent(1);

  const thrown = ask(agent, stage.origin, "/", {
    onResponseStart() {
      throw new Error("not this one");
    },
  });
  const next = ask(agent, stage.origin, "/");

  assert.deepEqual(await thrown, FAILED);
  assert.deepEqual(await next, WHOLE);
  assert.deepEqual(stage.connections, [1, 1]);
  await agent.close();
});

test("closing waits for what is under way and for what waits, and nothing more is sent", async () => {
  const asked = Promise.withResolvers<Socket>();
  await using stage = await openStage((socket, path) => {
    if (path === "/held") asked.resolve(socket);
    else socket.write(OK);
  });
  const agent = openAgent(1);
  const order: string[] = [];
  const held = ask(agent, stage.origin, "/held").then(() => order.push("held"));
  const waiting = ask(agent, stage.origin, "/waiting").then(() => order.push("waiting"));
  const socket = await asked.promise;

  const closed = agent.close().then(() => order.push("closed"));
  const late = await ask(agent, stage.origin, "/late");
  order.push("late");
  socket.write(OK);
  await Promise.all([held, waiting, closed]);

  assert.equal(late.end, "failed");
  assert.deepEqual(order, ["late", "held", "waiting", "closed"]);
  assert.deepEqual(stage.connections, [2]);
});

test("closing waits for the last one under way when nobody waits", async () => {
  const asked = Promise.withResolvers<Socket>();
  await using stage = await openStage((socket) => asked.resolve(socket));
  const agent = openAgent(1);
  const held = ask(agent, stage.origin, "/");
  const socket = await asked.promise;

  const closed = agent.close();
  socket.write(OK);

  assert.deepEqual(await held, WHOLE);
  await closed;
});

test("an address of numbers is connected to without its brackets, and named with them", async () => {
  const asked: buildConnector.Options[] = [];
  const connect: buildConnector.connector = (options, callback) => {
    asked.push(options);
    callback(new Error("nobody is there"), null);
  };
  const agent = new PlainAgent({ connections: 1, connect });

  assert.deepEqual(await ask(agent, "http://[::1]:8080", "/"), FAILED);
  assert.deepEqual(asked, [
    { protocol: "http:", hostname: "::1", host: "[::1]:8080", port: "8080" },
  ]);
  await agent.close();
});

test("destroying ends what is under way and what waits", async () => {
  const asked = Promise.withResolvers<void>();
  await using stage = await openStage(() => asked.resolve());
  const agent = openAgent(1);
  const told = [1, 2].map(() => ask(agent, stage.origin, "/"));
  await asked.promise;

  const hungUp = stage.hungUp();
  await agent.destroy();

  assert.deepEqual(await Promise.all(told), [FAILED, FAILED]);
  assert.deepEqual(await ask(agent, stage.origin, "/"), FAILED);
  await hungUp;
});

test(
  "a process that closes nothing is kept alive by no connection that rests",
  { timeout: 20_000 },
  async () => {
    await using stage = await openStage((socket) => socket.write(keepFor(60)));
    const program = fileURLToPath(new URL("one-request.ts", import.meta.url));

    const { stdout } = await promisify(execFile)(process.execPath, [
      ...process.execArgv.filter((flag) => flag.startsWith("--conditions")),
      program,
      stage.origin,
    ]);

    assert.equal(stdout, "answered");
  },
);

test("closing does not wait for a connection that has gone while it rested", async () => {
  let gone: Socket | undefined;
  await using stage = await openStage((socket) => {
    gone = socket;
    socket.write(keepFor(60));
  });
  await using other = await openStage((socket) => socket.write(OK));
  const agent = openAgent();
  for (const { origin } of [stage, other]) await ask(agent, origin, "/");

  const hungUp = stage.hungUp();
  gone?.end();
  await hungUp;
  await ask(agent, other.origin, "/"); // Meanwhile the agent has heard of it.

  await agent.close();
});

test("a connection that opens after the end is closed", async () => {
  const opened = Promise.withResolvers<buildConnector.Callback>();
  const connect: buildConnector.connector = (_options, callback) => opened.resolve(callback);
  const agent = new PlainAgent({ connections: 1, connect });
  const told = ask(agent, "http://127.0.0.1:8080", "/");
  const callback = await opened.promise;

  await agent.destroy();
  const socket = new Socket();
  callback(null, socket);

  assert.deepEqual(await told, FAILED);
  assert.equal(socket.destroyed, true);
});

test("over TLS the same is true, and a certificate that nobody vouches for sends nothing", async () => {
  const certificate = makeCertificate();
  await using stage = await openStage((socket) => socket.write(OK), certificate);
  const [trusting, strict] = [openAgent(4, certificate.cert), openAgent()];

  assert.deepEqual(await ask(trusting, stage.origin, "/"), WHOLE);
  assert.deepEqual(await ask(trusting, stage.origin, "/"), WHOLE);
  assert.deepEqual(stage.connections, [2]);

  let hasBegun = false;
  const told = await ask(strict, stage.origin, "/", {
    onRequestStart: () => void (hasBegun = true),
  });
  assert.equal(told.end, "failed");
  assert.equal(hasBegun, false);
  await trusting.close();
  await strict.close();
});

test("what asks for limits of time is undici's", async () => {
  await using stage = await openStage(() => {});
  const agent = openAgent();

  const error = await agent
    .request({ origin: stage.origin, path: "/", method: "GET", headersTimeout: 50 })
    .catch((reason: unknown) => reason);

  assert.ok(error instanceof Error && "code" in error);
  assert.equal(error.code, "UND_ERR_HEADERS_TIMEOUT");
  await agent.destroy();
});
