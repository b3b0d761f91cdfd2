import type { IncomingMessage, ServerResponse } from "node:http";
import { buildReply, REPLY_CONTENT_TYPE } from "@yici/protocol";
import { COMPONENT_LOGIN_PATH } from "../component/component-login-path.ts";
import type { Changes } from "../inbox/changes.ts";
import { LIMITS } from "../limits.ts";
import type { Pusher } from "../push/pusher.ts";
import { AnswerLoss } from "./answer-loss.ts";
import { plainAddress } from "./client-address.ts";
import { type CallParts, processCall, type ReadCall } from "./process-call.ts";
import { type ReadBody, readBody } from "./read-body.ts";
import type { WireAnswer } from "./wire-call.ts";

export interface WireParts extends CallParts {
  readonly changes: Changes;
  readonly pusher: Pusher;
}

/** Answers calls under `/cgi-bin` and `/sns` the way WeChat's API host does: always HTTP 200, its own header, compact JSON. */
export class WireHandler {
  readonly #parts: WireParts;
  readonly #loss = new AnswerLoss();

  constructor(parts: WireParts) {
    this.#parts = parts;
    parts.stopping.addEventListener("abort", () => this.#loss.end(), { once: true });
  }

  /** Whether a request's target is one of these calls. */
  static isFor(target: string): boolean {
    const isCall = target.startsWith("/cgi-bin/") || target.startsWith("/sns/");
    return isCall && !target.startsWith(COMPONENT_LOGIN_PATH);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => {
      this.#parts.world.log.error({ error }, "a call under /cgi-bin failed");
      if (!response.headersSent) reply(response, SYSTEM_ERROR);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === "POST" ? await readBody(request, LIMITS.bodyBytesMax) : NO_BODY;
    if (body.kind === "read") await this.#answerCall(this.#readCall(request, body.text), response);
    if (body.kind === "too_long") {
      // What is left of the body is not read, so this connection cannot serve another request.
      response.setHeader("connection", "close");
      reply(response, TOO_LONG);
    }
  }

  #readCall({ method = "", url = "", socket }: IncomingMessage, body: string): ReadCall {
    const isSecure = "encrypted" in socket || this.#parts.conduct.isBehindTls;
    const clientIp = plainAddress(socket.remoteAddress ?? "");
    const mark = url.indexOf("?");
    return mark === -1
      ? { method, endpoint: url, rawQuery: "", body, isSecure, clientIp }
      : {
          method,
          endpoint: url.slice(0, mark),
          rawQuery: url.slice(mark + 1),
          body,
          isSecure,
          clientIp,
        };
  }

  async #answerCall(call: ReadCall, response: ServerResponse): Promise<void> {
    const { changes, pusher, stopping } = this.#parts;
    const { answer, fault } = await processCall(this.#parts, call);
    changes.announceAtDesk();
    if (answer?.changed !== undefined) changes.announce(answer.changed);
    if (answer?.event !== undefined) pusher.announce(answer.event);
    // A connection that was kept alive would keep the platform from stopping.
    if (stopping.aborted) response.setHeader("connection", "close");
    const text = writeReply(answer);
    if (fault === undefined || !this.#loss.lose(response, fault, text)) reply(response, text);
  }
}

const NO_BODY: ReadBody = { kind: "read", text: "" };
const OK = buildReply(0, "ok");
const SYSTEM_ERROR = buildReply(-1, "system error");
const TOO_LONG = buildReply(45002, "content size out of limit");

function writeReply(answer: WireAnswer | undefined): string {
  if (answer === undefined) return SYSTEM_ERROR;
  if (answer.body !== undefined) return answer.body;
  return answer.errcode === 0 ? OK : buildReply(answer.errcode, answer.errmsg);
}

function reply(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    "content-type": REPLY_CONTENT_TYPE,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
