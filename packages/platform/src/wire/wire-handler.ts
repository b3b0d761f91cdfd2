import type { IncomingMessage, ServerResponse } from "node:http";
import { buildReply, REPLY_CONTENT_TYPE } from "@yici/protocol";
import { buildReplyHead, type DoorReply, type HotRoute } from "@yici/runtime";
import { COMPONENT_LOGIN_PATH } from "../component/component-login-paths.ts";
import { LIMITS } from "../limits.ts";
import { type AnsweredCall, answerCall, SYSTEM_ERROR, type WireParts } from "./answer-call.ts";
import { AnswerLoss } from "./answer-loss.ts";
import { plainAddress } from "./client-address.ts";
import { type ReadCall, splitTarget } from "./process-call.ts";
import { type ReadBody, readBody } from "./read-body.ts";

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

  /** The same at the door of a server, as long as there is no fault that might have to lose an answer. */
  openHotRoute({ isTls }: { readonly isTls: boolean }): HotRoute {
    const isSecure = isTls || this.#parts.conduct.isBehindTls;
    return {
      isFor: ({ target }) => this.#parts.faults.count === 0 && WireHandler.isFor(target),
      answer: ({ head: { method, target }, body }, remoteAddress) => {
        const clientIp = plainAddress(remoteAddress);
        const { endpoint, rawQuery } = splitTarget(target);
        const call = { method, endpoint, rawQuery, body, isSecure, clientIp };
        return answerCall(this.#parts, call).then(replyAtDoor, (error: unknown) => {
          this.#parts.world.log.error({ error }, CALL_FAILED);
          return { head: DOOR_HEAD, body: SYSTEM_ERROR };
        });
      },
    };
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => {
      this.#parts.world.log.error({ error }, CALL_FAILED);
      if (!response.headersSent) reply(response, SYSTEM_ERROR);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === "POST" ? await readBody(request, LIMITS.bodyBytesMax) : NO_BODY;
    if (body.kind === "broken_off") return;
    if (body.kind === "too_long") return refuseBody(response);
    const { text, fault } = await answerCall(this.#parts, this.#readCall(request, body.text));
    // A connection that was kept alive would keep the platform from stopping.
    if (this.#parts.stopping.aborted) response.setHeader("connection", "close");
    if (fault === undefined || !this.#loss.lose(response, fault, text)) reply(response, text);
  }

  #readCall({ method = "", url = "", socket }: IncomingMessage, body: string): ReadCall {
    const isSecure = "encrypted" in socket || this.#parts.conduct.isBehindTls;
    const clientIp = plainAddress(socket.remoteAddress ?? "");
    const { endpoint, rawQuery } = splitTarget(url);
    return { method, endpoint, rawQuery, body, isSecure, clientIp };
  }
}

const CALL_FAILED = "a call under /cgi-bin failed";
const DOOR_HEAD = buildReplyHead(200, { "content-type": REPLY_CONTENT_TYPE });

function replyAtDoor({ text }: AnsweredCall): DoorReply {
  return { head: DOOR_HEAD, body: text };
}

const NO_BODY: ReadBody = { kind: "read", text: "" };
const TOO_LONG = buildReply(45002, "content size out of limit");

/** What is left of the body is not read, so this connection cannot serve another request. */
function refuseBody(response: ServerResponse): void {
  response.setHeader("connection", "close");
  reply(response, TOO_LONG);
}

function reply(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    "content-type": REPLY_CONTENT_TYPE,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
