import type { World } from "@yici/runtime";
import type { AccountClient } from "../account-client.ts";
import type { EventJson, PageJson } from "../gateway-json.ts";

/** What following events stands on. */
export interface EventSource {
  readonly world: World;
  readonly client: AccountClient;
  readonly signal: AbortSignal;
}

/**
 * Follows what happens to an account until the signal aborts.
 * @yields each event that happens from now on, in order and within a second
 */
export async function* followEvents({
  world,
  client,
  signal,
}: EventSource): AsyncGenerator<EventJson, void> {
  let seen = 0;
  let isPast = true;
  while (!signal.aborted) {
    const events = await listEvents(client, seen);
    seen = events.at(-1)?.number ?? seen;
    if (!isPast) yield* events;
    if (events.length < PAGE) {
      isPast = false;
      await world.sleep(LOOK_AGAIN_MS, signal);
    }
  }
}

const PAGE = 200;
const LOOK_AGAIN_MS = 1_000;

async function listEvents(client: AccountClient, after: number): Promise<readonly EventJson[]> {
  const query = { after, limit: PAGE };
  return (await client.call<PageJson<EventJson>>("/events", { query })).items;
}
