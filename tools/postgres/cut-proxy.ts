import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A road to a server that can be cut. */
export interface CutProxy {
  /** The address of the database, by this road. */
  readonly url: string;
  /**
   * From now on, lets what matches through to the server and then breaks the connection it came on, so that the answer
   * is lost. Resolves when the server has closed its end: then it has done what it was going to do.
   */
  cutAfter(pattern: RegExp): Promise<void>;
  /** Breaks every connection, and refuses new ones until told otherwise. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

export async function openCutProxy(databaseUrl: string): Promise<CutProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let cut: { readonly pattern: RegExp; readonly done: () => void } | undefined;
  let isDown = false;
  const proxy = createServer((client) => {
    if (isDown) return void client.destroy();
    const server = connect(Number(target.port), target.hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    server.on("data", (chunk) => client.write(chunk)).on("close", () => client.destroy());
    client.on("data", (chunk) => {
      server.write(chunk);
      if (cut?.pattern.test(chunk.toString("latin1")) !== true) return;
      const { done } = cut;
      cut = undefined;
      client.destroy();
      server.removeAllListeners("data").resume().end();
      server.once("close", done);
    });
    client.on("close", () => server.end());
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === "object" ? address?.port : "");
  return {
    url: url.href,
    cutAfter: (pattern) => new Promise((done) => void (cut = { pattern, done })),
    setDown(value) {
      isDown = value;
      if (isDown) for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
