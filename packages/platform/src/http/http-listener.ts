import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { FrontDoor } from "@yici/runtime";
import { fastify, type FastifyInstance } from "fastify";
import type { TlsIdentity } from "../tls/tls-identity.ts";
import type { WireParts } from "../wire/answer-call.ts";
import { WireHandler } from "../wire/wire-handler.ts";

/** Longer than clients keep an idle connection, so that it is they who close it and no call is cut in two. */
const KEEP_ALIVE_MS = 72_000;

/** One listener for all that WeChat spreads over its hosts. */
export class HttpListener {
  /** For everything but `/cgi-bin`. */
  readonly app: FastifyInstance;
  readonly #server: Server;
  readonly #door: FrontDoor;

  /** Serves https with `tls`, otherwise http. */
  constructor(parts: WireParts, tls: TlsIdentity | undefined) {
    const wire = new WireHandler(parts);
    const options = { keepAliveTimeout: KEEP_ALIVE_MS };
    this.#server =
      tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls });
    this.#door = new FrontDoor(this.#server, [wire.openHotRoute({ isTls: tls !== undefined })]);
    this.app = fastify({
      serverFactory: (handler) =>
        this.#server.on("request", (request, response) => {
          // Calls of the wire need neither routing nor schemas, but every byte of the answer in their own hand.
          if (WireHandler.isFor(request.url ?? "")) wire.handle(request, response);
          else handler(request, response);
        }),
    });
  }

  /** Answers the port. */
  async listen(host: string, port: number): Promise<number> {
    await this.app.listen({ host, port });
    return readPort(this.#server.address());
  }

  /** Answers what was begun, accepts nothing more. */
  async close(): Promise<void> {
    this.#door.close();
    await this.app.close();
  }

  /** Breaks the connections that are still open. */
  breakConnections(): void {
    this.#door.breakConnections();
  }
}

function readPort(address: AddressInfo | string | null): number {
  if (typeof address === "object" && address !== null) return address.port;
  throw new TypeError("a server that listens on a port has an address");
}
