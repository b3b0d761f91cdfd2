import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";

/** A server that answers each request, heads and all, with whatever bytes a test likes. */
export interface TcpServer extends AsyncDisposable {
  /** `http://127.0.0.1:…` */
  readonly origin: string;
  readonly port: number;
  /** What was received, one text for each request, in the order of arrival. */
  readonly requests: readonly string[];
  /** Connections accepted so far. */
  connectionCount(): number;
  /** Resolves when `count` requests have been received altogether. */
  received(count: number): Promise<void>;
  /** Resolves when every connection made so far was closed. */
  hungUp(): Promise<void>;
}

/** Called with each whole request (its body ends where its `content-length` says) and its number, from 1. */
export type TcpAnswer = (socket: Socket, number: number) => void;

/** Listens on 127.0.0.1; without an answer it stays silent for ever. `onConnect` sees a socket before its first byte. */
export async function startTcpServer(
  answer: TcpAnswer = () => {},
  onConnect: (socket: Socket) => void = () => {},
): Promise<TcpServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  const server = createServer((socket) => {
    connectionCount += 1;
    sockets.add(socket);
    socket
      .on("error", () => {})
      .on("close", () => sockets.delete(socket) && server.emit("hung-up"));
    onConnect(socket);
    let buffered = "";
    socket.on("data", (chunk) => {
      buffered += chunk.toString("latin1");
      for (let end = findEnd(buffered); end !== undefined; end = findEnd(buffered)) {
        requests.push(buffered.slice(0, end));
        buffered = buffered.slice(end);
        server.emit("received");
        answer(socket, requests.length);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    connectionCount: () => connectionCount,
    async received(count) {
      while (requests.length < count) await once(server, "received");
    },
    async hungUp() {
      while (sockets.size > 0) await once(server, "hung-up");
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A whole HTTP reply that keeps the connection. */
export function buildHttpReply(body: string, status = "200 OK", headers = ""): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

function findEnd(buffered: string): number | undefined {
  const head = buffered.indexOf("\r\n\r\n");
  if (head === -1) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(buffered.slice(0, head))?.[1] ?? "0";
  const end = head + 4 + Number(length);
  return buffered.length >= end ? end : undefined;
}
