import type { World } from "@yici/runtime";
import { createApiClient } from "../api-client.ts";
import { isEnded } from "../commands/message-exit.ts";
import type { MessageJson } from "../gateway-json.ts";
import type { GatewayTarget } from "../gateway-target.ts";

export interface DeliveryWait {
  /** The world whose clock nobody moves: so long is waited, however far the others are put forward. */
  readonly world: World;
  readonly target: GatewayTarget;
  readonly appid: string;
  readonly waitMs: number;
}

/** The delivery of a message did not end in time. */
class NoOutcomeError extends Error {
  override readonly name = "NoOutcomeError";
  readonly code = "YICI_NO_OUTCOME";
}

/** The message once its delivery has ended, whichever way. Rejects with `NoOutcomeError`, and when there is no such message. */
export async function waitForDelivery(
  { world, target, appid, waitMs }: DeliveryWait,
  messageId: string,
): Promise<MessageJson> {
  const client = createApiClient(world, target);
  const until = world.monotonic() + waitMs;
  for (;;) {
    const message = await client.call<MessageJson>(`/accounts/${appid}/messages/${messageId}`);
    if (isEnded(message.state)) return message;
    if (world.monotonic() >= until) {
      throw new NoOutcomeError(`message ${messageId} is still ${message.state} after ${waitMs} ms`);
    }
    await world.sleep(LOOK_AGAIN_MS);
  }
}

const LOOK_AGAIN_MS = 20;
