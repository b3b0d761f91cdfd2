import { connect, type Socket } from "node:net";

/** What is asked of a server, and how. */
export interface RawOrder {
  readonly port: number;
  /** Whole requests, as they go over the wire. */
  readonly requests: readonly string[];
  /** Each has one request in flight. */
  readonly connections: number;
  /** Whether an answer, head and body, is the one that was hoped for. */
  readonly isGood: (head: string, body: string) => boolean;
}

/** What came of it. */
export interface RawLoad {
  readonly elapsedMs: number;
  readonly good: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const NOTHING = new Uint8Array();

/**
 * A load of requests that are ready, on plain sockets, so that the generator costs a fraction of what it measures.
 * Resolves when each was answered.
 */
export async function loadRaw(order: RawOrder): Promise<RawLoad> {
  const sockets = await Promise.all(
    Array.from({ length: order.connections }, () => open(order.port)),
  );
  const counts = { next: 0, good: 0 };
  const startedAt = performance.now();
  await Promise.all(sockets.map((socket) => drive(socket, order, counts)));
  const elapsedMs = performance.now() - startedAt;
  for (const socket of sockets) socket.destroy();
  return { elapsedMs, good: counts.good };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** One request after the other until none is left. */
function drive(
  socket: Socket,
  { requests, isGood }: RawOrder,
  counts: { next: number; good: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Uint8Array = NOTHING;
    const send = (): void => {
      const request = requests[counts.next];
      counts.next += 1;
      if (request === undefined) resolve();
      else socket.write(request);
    };
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk: Buffer) => {
      const all = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const reply = readReply(all);
      received = reply === undefined ? all : NOTHING;
      if (reply === undefined) return;
      if (isGood(reply.head, reply.body)) counts.good += 1;
      send();
    });
    send();
  });
}

/** A reply that has come in whole. */
function readReply(received: Buffer): { head: string; body: string } | undefined {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = received.toString("latin1", 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const from = end + HEAD_END.length;
  if (received.length < from + length) return undefined;
  return { head, body: received.toString("utf8", from, from + length) };
}
