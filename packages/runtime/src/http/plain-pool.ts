import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import type { Errand } from "./errand.ts";
import { PlainConnection } from "./plain-connection.ts";
import type { PlainReplies } from "./plain-reply.ts";

/** What the pools of all origins share. */
export interface PoolSide {
  readonly connect: buildConnector.connector;
  /** Connections to one origin. */
  readonly connections: number;
  readonly replies: PlainReplies;
}

/** The connections to one origin, and who waits for one. */
export class PlainPool {
  /** As a request names it. */
  readonly host: string;
  readonly #side: PoolSide;
  readonly #address: buildConnector.Options;
  readonly #open = new Set<PlainConnection>();
  /** The one that was used last is used first, so that those that are not needed grow old and close. */
  readonly #idle: PlainConnection[] = [];
  readonly #waiting: Errand[] = [];
  #connecting = 0;
  #isStrange = false;
  #isDestroyed = false;
  #whenQuiet: (() => void) | undefined;

  constructor(origin: URL, side: PoolSide) {
    const { protocol, hostname, host, port } = origin;
    this.host = host;
    this.#address = { protocol, hostname: hostname.replace(/^\[(.*)\]$/, "$1"), host, port };
    this.#side = side;
  }

  /** Whether a reply has come that was not plain. */
  get isStrange(): boolean {
    return this.#isStrange;
  }

  get isUnused(): boolean {
    return this.#open.size + this.#connecting + this.#waiting.length === 0;
  }

  /** Sends it as soon as a connection is free. */
  send(errand: Errand): void {
    const connection = this.#takeIdle();
    if (connection !== undefined) return this.#give(connection, errand);
    this.#waiting.push(errand);
    return this.#connect();
  }

  /** Resolves when all that was sent has ended and the connections are closed. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#whenQuiet = resolve;
      this.#tellIfQuiet();
    });
    this.destroy(new Error("closed"));
  }

  /** Ends everything at once; who waits or is under way is told why. */
  destroy(error: Error): void {
    this.#isDestroyed = true;
    for (const errand of this.#waiting.splice(0)) errand.fail(error);
    for (const connection of this.#open) connection.destroy(error);
  }

  #takeIdle(): PlainConnection | undefined {
    let connection = this.#idle.pop();
    while (connection !== undefined && !connection.isOpen) connection = this.#idle.pop();
    return connection;
  }

  /** Has a free connection carry it, or the next that waits if that was given up meanwhile. */
  #give(connection: PlainConnection, first: Errand | undefined): void {
    let errand = first;
    while (errand !== undefined && !connection.carry(errand)) errand = this.#waiting.shift();
    if (errand !== undefined) return;
    connection.rest();
    this.#idle.push(connection);
    this.#tellIfQuiet();
  }

  /** Opens one for whoever waits, as far as there may be more. */
  #connect(): void {
    const isAwaited = this.#waiting.length > this.#connecting;
    if (!isAwaited || this.#open.size + this.#connecting >= this.#side.connections) return;
    this.#connecting += 1;
    this.#side.connect(this.#address, (error, socket) => {
      this.#connecting -= 1;
      if (error !== null) this.#waiting.shift()?.fail(error);
      else if (this.#isDestroyed) socket.destroy();
      else this.#add(socket);
      this.#connect();
      this.#tellIfQuiet();
    });
  }

  #add(socket: Socket): void {
    const connection = new PlainConnection(socket, {
      replies: this.#side.replies,
      release: (free) => this.#give(free, this.#waiting.shift()),
      noteStrange: () => {
        this.#isStrange = true;
      },
      leave: (gone) => this.#drop(gone),
    });
    this.#open.add(connection);
    this.#give(connection, this.#waiting.shift());
  }

  #drop(connection: PlainConnection): void {
    this.#open.delete(connection);
    const place = this.#idle.indexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
    this.#connect();
    this.#tellIfQuiet();
  }

  #tellIfQuiet(): void {
    const isQuiet = this.#connecting + this.#waiting.length === 0;
    if (isQuiet && this.#idle.length === this.#open.size) this.#whenQuiet?.();
  }
}
