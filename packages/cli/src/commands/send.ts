import { type AccountClient, type AccountOptions, openAccountClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { MessageJson, MessageStoryJson } from "../gateway-json.ts";
import { renderStory } from "../screen/message-story.ts";
import { nameMessageState } from "../screen/words.ts";
import type { Session } from "../session.ts";
import { EXIT_OF_STATE, isEnded } from "./message-exit.ts";
import { explainSendFailure } from "./send-failure.ts";

interface SendOptions extends AccountOptions {
  readonly to: string;
  readonly scene: number;
  readonly title: string;
  readonly content: string;
  readonly color?: string;
  readonly url?: string;
  readonly miniprogramAppid?: string;
  readonly miniprogramPath?: string;
  /** Milliseconds since 1970. */
  readonly sendAt?: number;
  readonly waitForGrant?: true;
  /** Seconds. */
  readonly wait?: number;
  readonly idempotencyKey?: string;
}

/** One acceptance, which may be asked for again: the gateway takes the same key and body on once. */
interface Acceptance {
  readonly body: Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string;
}

/** `yici send`: hands a message over, waits for its outcome and shows it. */
export async function send(session: Session, options: SendOptions): Promise<Exit> {
  const { world, screen } = session;
  const client = await openAccountClient(session, options);
  const acceptance: Acceptance = {
    body: buildBody(options),
    idempotencyKey: options.idempotencyKey ?? world.randomBytes(16).toString("hex"),
  };
  const waitMs = chooseWaitMs(options);
  try {
    const quietMs = Math.min(waitMs, QUIET_MS);
    const accepted = await accept(client, acceptance, quietMs);
    if (waitMs > quietMs && !isEnded(accepted.state)) noteAcceptance(session, accepted);
    await waitForEnd(session, accepted, waitMs - quietMs, (ms) => accept(client, acceptance, ms));
    const story = await client.call<MessageStoryJson>(`/messages/${accepted.id}`);
    screen.answer(story, renderStory(story));
    return waitMs === 0 && !isEnded(story.state) ? "done" : EXIT_OF_STATE[story.state];
  } catch (error) {
    throw explainSendFailure(error, { ...options, idempotencyKey: acceptance.idempotencyKey });
  }
}

const WAIT_S = 30;
/** Most messages have arrived by then, and nobody needs to hear of waiting. */
const QUIET_MS = 1_000;
/** The longest that the gateway lets one call wait. */
const CALL_WAIT_MAX_MS = 60_000;
/** The shortest time between two calls that wait. */
const ASK_AGAIN_MS = 1_000;

/** Who sends later does not wait now, unless asked to. */
function chooseWaitMs({ wait, sendAt }: SendOptions): number {
  return (wait ?? (sendAt === undefined ? WAIT_S : 0)) * 1_000;
}

function buildBody(options: SendOptions): Readonly<Record<string, unknown>> {
  const { miniprogramAppid, miniprogramPath, sendAt } = options;
  const hasMiniprogram = miniprogramAppid !== undefined || miniprogramPath !== undefined;
  return {
    openid: options.to,
    scene: options.scene,
    title: options.title,
    content: options.content,
    color: options.color,
    url: options.url,
    miniprogram: hasMiniprogram
      ? { appid: miniprogramAppid ?? "", pagepath: miniprogramPath ?? "" }
      : undefined,
    send_at: sendAt === undefined ? undefined : new Date(sendAt).toISOString(),
    when_no_grant: options.waitForGrant === true ? "wait" : undefined,
  };
}

function accept(
  client: AccountClient,
  { body, idempotencyKey }: Acceptance,
  waitMs: number,
): Promise<MessageJson> {
  const query = { wait_ms: waitMs };
  return client.call<MessageJson>("/messages", { method: "POST", query, body, idempotencyKey });
}

function noteAcceptance({ screen }: Session, { id, state }: MessageJson): void {
  const name = nameMessageState(state);
  screen.note({
    zh: `已受理 ${id}（${name}），等待结果……中断等待不影响发送。`,
    en: `Accepted; waiting for the outcome. See it later with npx yici messages show ${id}`,
  });
}

async function waitForEnd(
  { world }: Session,
  accepted: MessageJson,
  waitMs: number,
  ask: (waitMs: number) => Promise<MessageJson>,
): Promise<void> {
  const until = world.monotonic() + waitMs;
  let { state } = accepted;
  for (let leftMs = waitMs; leftMs > 0 && !isEnded(state); leftMs = until - world.monotonic()) {
    const askedMs = Math.ceil(Math.min(leftMs, CALL_WAIT_MAX_MS));
    const askedAt = world.monotonic();
    ({ state } = await ask(askedMs));
    const tookMs = world.monotonic() - askedAt;
    // A gateway where too many wait already answers at once.
    if (!isEnded(state)) await world.sleep(Math.min(ASK_AGAIN_MS, askedMs) - tookMs);
  }
}
