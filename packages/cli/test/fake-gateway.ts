import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";

/** One request that a fake gateway got. */
export interface SeenRequest {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly body: unknown;
}

/** What it answers: a status and JSON, or `silence`, which breaks the connection. */
export type FakeAnswer = { readonly status: number; readonly json: unknown } | "silence";

/** A gateway that answers what a test tells it to, and remembers what it was asked. */
export interface FakeGateway {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

/** Starts one for the length of a test. */
export async function startFakeGateway(
  t: TestContext,
  answer: (request: SeenRequest) => FakeAnswer,
): Promise<FakeGateway> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void read(request).then((known) => {
      seen.push(known);
      const answered = answer(known);
      if (answered === "silence") return request.socket.destroy();
      const type = answered.status < 400 ? "application/json" : "application/problem+json";
      return response
        .writeHead(answered.status, { "content-type": type })
        .end(JSON.stringify(answered.json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen };
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const body = await text(request);
  const key = request.headers["idempotency-key"];
  return {
    line: `${request.method ?? ""} ${request.url ?? ""}`,
    authorization: request.headers.authorization,
    idempotencyKey: typeof key === "string" ? key : undefined,
    body: body === "" ? undefined : (JSON.parse(body) as unknown),
  };
}
