import { connect, type Socket } from "node:net";
import { DEMO_ACCOUNT } from "@yici/platform";
import { SEND_PATH } from "@yici/protocol";
import { answerCalls } from "./side.ts";

/** Where the load goes: slots are all pairs of an openid and a scene, in this order. */
export interface Target {
  readonly port: number;
  readonly token: string;
  readonly openids: readonly string[];
  readonly scenes: readonly number[];
  readonly connections: number;
}

/** What came of a load. */
interface Load {
  readonly elapsedMs: number;
  readonly sends: number;
  /** Answers whose errcode was 0. */
  readonly accepted: number;
}

/** What this side answers. */
export interface LoadSide {
  load(target: Target): Promise<Load>;
}

/**
 * The load: requests written by hand on plain sockets, each with one request in flight, so that the generator costs a
 * fraction of what it measures. It counts the answers and which of them say 0.
 */
const HEAD_END = Buffer.from("\r\n\r\n");
const NOTHING = new Uint8Array();
const OK_BODY = '{"errcode":0,"errmsg":"ok"}';

async function load(target: Target): Promise<Load> {
  const requests = buildRequests(target);
  const sockets = await Promise.all(
    Array.from({ length: target.connections }, () => open(target.port)),
  );
  const counts = { next: 0, accepted: 0 };
  const startedAt = performance.now();
  await Promise.all(sockets.map((socket) => drive(socket, requests, counts)));
  const elapsedMs = performance.now() - startedAt;
  for (const socket of sockets) socket.destroy();
  return { elapsedMs, sends: requests.length, accepted: counts.accepted };
}

function buildRequests({ port, token, openids, scenes }: Target): readonly string[] {
  const head = `POST ${SEND_PATH}?access_token=${token} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
  return openids.flatMap((touser) =>
    scenes.map((scene) => {
      const body = JSON.stringify({
        touser,
        template_id: DEMO_ACCOUNT.templateId,
        scene: String(scene),
        title: "到货提醒",
        data: { content: { value: "您预订的书到货了，请到前台领取。", color: "#C2571A" } },
      });
      return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    }),
  );
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** One request after the other until none is left. */
function drive(
  socket: Socket,
  requests: readonly string[],
  counts: { next: number; accepted: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Uint8Array = NOTHING;
    const send = (): void => {
      const request = requests[counts.next];
      counts.next += 1;
      if (request === undefined) resolve();
      else socket.write(request);
    };
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk: Buffer) => {
      const all = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const body = readReply(all);
      received = body === undefined ? all : NOTHING;
      if (body === undefined) return;
      if (body === OK_BODY) counts.accepted += 1;
      send();
    });
    send();
  });
}

/** The body of a reply that has come in whole. */
function readReply(received: Buffer): string | undefined {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = received.toString("latin1", 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const from = end + HEAD_END.length;
  return received.length < from + length
    ? undefined
    : received.toString("utf8", from, from + length);
}

answerCalls<LoadSide>({ load }, async () => undefined);
