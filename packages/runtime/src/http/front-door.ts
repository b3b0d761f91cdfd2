import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { DoorConnection, type DoorSide, type HotRequest } from "./door-connection.ts";
import { ReplyWriter } from "./door-reply.ts";
import type { HotRoute } from "./hot-route.ts";
import { PlainRequests } from "./plain-request.ts";

type Server = HttpServer | HttpsServer;

/** Who says nothing for so long is the server's to wait for. */
const SILENCE_MS = 5_000;

/**
 * Stands before a server of `node:http` or `node:https` and answers hot requests on their sockets, with a part of the work. It
 * only ever takes what came whole, in one piece, and is beyond doubt. At anything else the socket goes to the server, with all
 * bytes that were not answered, and stays there: whatever is hostile, unusual or cut in pieces is read by Node's own parser.
 */
export class FrontDoor {
  readonly #routes: readonly HotRoute[];
  readonly #requests = new PlainRequests();
  readonly #connections = new Set<DoorConnection>();
  /** Of every connection the one that was accepted: under TLS, below it, and there before its handshake. */
  readonly #sockets = new Set<Socket>();
  #isClosing = false;

  /** Takes the place of whoever listens for the server's connections, and passes sockets on to them. */
  constructor(server: Server, routes: readonly HotRoute[]) {
    this.#routes = routes;
    const event = server instanceof TlsServer ? "secureConnection" : "connection";
    const inside = server.listeners(event);
    const side: DoorSide = {
      writer: new ReplyWriter(server.keepAliveTimeout),
      silenceMs: SILENCE_MS,
      keepAliveMs: server.keepAliveTimeout + server.keepAliveTimeoutBuffer,
      isClosing: () => this.#isClosing,
      recognize: (received) => this.#recognize(received),
      leave: (connection) => this.#connections.delete(connection),
      handOver: (socket) => {
        for (const listener of inside) Reflect.apply(listener, server, [socket]);
      },
    };
    server.removeAllListeners(event);
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on(event, (socket: Socket) => this.#connections.add(new DoorConnection(socket, side)));
  }

  /** Ends what waits at the door; what is being answered ends with its answer. The server is closed by its owner. */
  close(): void {
    this.#isClosing = true;
    for (const connection of this.#connections) connection.close();
  }

  /** Breaks every connection, also one that went to the server, or that is not through its TLS handshake. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #recognize(received: Buffer): HotRequest | undefined {
    const request = this.#requests.recognize(received);
    const route = request && this.#routes.find((candidate) => candidate.isFor(request.head));
    return request && route && { request, route };
  }
}
