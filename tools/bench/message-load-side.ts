import type { Slot } from "./gateway-ground.ts";
import { loadRaw, type RawLoad } from "./raw-load.ts";
import { CONTENT } from "./send-order.ts";
import { answerCalls, readUsage, type Usage } from "./side.ts";

/** Messages that are to be sent through a gateway's API. */
export interface MessageOrder {
  readonly port: number;
  readonly apiKey: string;
  readonly connections: number;
  /** Each gets one message. */
  readonly slots: readonly Slot[];
}

/** What this side answers. */
export interface MessageLoadSide {
  /** Writes the requests down. */
  prepare(order: MessageOrder): Promise<object>;
  /** Sends them. An answer is good when it says that the message is accepted. */
  load(): Promise<RawLoad>;
  usage(): Promise<Usage>;
}

let load = (): Promise<RawLoad> => Promise.reject(new Error("nothing is prepared"));

/** A message under an idempotency key of its own, as a developer's server posts it. */
function buildPost({ appid, openid, scene }: Slot, apiKey: string): string {
  const { title, content, color } = CONTENT;
  const message = { openid, scene, title, content, color, min_evidence: "imported" };
  const body = JSON.stringify(message);
  return [
    `POST /v1/accounts/${appid}/messages HTTP/1.1`,
    "host: localhost",
    `authorization: Bearer ${apiKey}`,
    `idempotency-key: ${appid}-${openid}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `\r\n${body}`,
  ].join("\r\n");
}

answerCalls<MessageLoadSide>(
  {
    async prepare({ port, apiKey, connections, slots }) {
      const requests = slots.map((slot) => buildPost(slot, apiKey));
      load = () => loadRaw({ port, requests, connections, isGood: isAccepted });
      return {};
    },
    load: () => load(),
    usage: readUsage,
  },
  async () => undefined,
);

/** Delivered already, or not yet. */
function isAccepted(head: string): boolean {
  return /^HTTP\/1\.1 20[02] /.test(head);
}
