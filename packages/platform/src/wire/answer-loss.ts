import type { ServerResponse } from "node:http";
import type { FaultInput } from "../faults/fault-input.ts";
import { LIMITS } from "../limits.ts";

/** Does to an answer what a broken network or a load balancer would. */
export class AnswerLoss {
  /** Connections kept open without an answer, oldest first. */
  readonly #kept = new Set<ServerResponse>();

  /** Loses the answer `body` the way `fault` says. Answers false when that is no fault of the transport: then answer as ever. */
  lose(response: ServerResponse, fault: FaultInput, body: string): boolean {
    switch (fault.kind) {
      case "no_answer":
        this.#keep(response);
        return true;
      case "reset":
        response.socket?.resetAndDestroy();
        return true;
      case "truncated":
        truncate(response, body);
        return true;
      case "html":
        answerHtml(response, fault.status);
        return true;
      default:
        return false;
    }
  }

  /** Breaks the connections kept open. */
  end(): void {
    for (const response of this.#kept) response.socket?.destroy();
  }

  #keep(response: ServerResponse): void {
    this.#kept.add(response);
    response.on("close", () => this.#kept.delete(response));
    if (this.#kept.size <= LIMITS.unansweredMax) return;
    const [oldest] = this.#kept;
    oldest?.socket?.destroy();
  }
}

function truncate(response: ServerResponse, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}

function answerHtml(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/html" });
  response.end(`<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`);
}
