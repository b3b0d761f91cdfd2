import type { World } from "@yici/runtime";
import type { Changes } from "./changes.ts";
import type { InboxMessage } from "./inbox-message.ts";
import type { Inbox, InboxFilter } from "./inbox.ts";

interface Parts {
  readonly inbox: Inbox;
  readonly changes: Changes;
  readonly world: Pick<World, "sleep">;
  /** Ends the wait. */
  readonly stopping: AbortSignal;
}

/** The messages that match, as soon as there is one; none when the time is up. */
export async function awaitInbox(
  { inbox, changes, world, stopping }: Parts,
  filter: InboxFilter,
  waitMs: number,
): Promise<readonly InboxMessage[]> {
  const found = new AbortController();
  const isOver = AbortSignal.any([found.signal, stopping]);
  let messages = inbox.list(filter);
  if (messages.length > 0 || waitMs === 0) return messages;
  const unlisten = changes.listen(filter.person, () => {
    messages = inbox.list(filter);
    if (messages.length > 0) found.abort();
  });
  await world.sleep(waitMs, isOver);
  unlisten();
  return messages;
}
