import { type Static, Type } from "typebox";
import { closed, WaitMs } from "../control/fields.ts";
import { GrantsQuery, InboxQuery } from "../control/inputs.ts";
import { parseInput } from "../control/parse-input.ts";
import type { PlatformControl } from "../control/platform-control.ts";
import type { InboxMessage } from "../inbox/inbox-message.ts";

/** Which message to wait for; what is absent does not restrict. */
export const MessageWait = Type.Object(
  {
    person: InboxQuery.properties.person,
    appid: InboxQuery.properties.appid,
    scene: GrantsQuery.properties.scene,
    /** Only what arrived after the message with this id. */
    after: InboxQuery.properties.after,
    /** Gives up after so long, in milliseconds of the platform's clock. Default 10 000. */
    waitMs: Type.Optional(WaitMs),
  },
  closed,
);
export type MessageWait = Static<typeof MessageWait>;

/** The message that was waited for did not arrive. */
export class NoMessageError extends Error {
  override readonly name = "NoMessageError";
  readonly code = "YICI_NO_MESSAGE";
}

/** The first message that matches: one that is there already, or the next one to arrive. Rejects with `NoMessageError`. */
export async function waitForMessage(
  control: Pick<PlatformControl, "listInbox" | "readClock">,
  wait: MessageWait,
): Promise<InboxMessage> {
  const { person, appid, scene, waitMs = WAIT_MS, ...given } = parseInput(MessageWait, wait);
  const filter = { ...(person !== undefined && { person }), ...(appid !== undefined && { appid }) };
  const until = (await control.readClock()).now + waitMs;
  let after = given.after ?? 0;
  for (;;) {
    const leftMs = Math.max(until - (await control.readClock()).now, 0);
    const messages = await control.listInbox({ ...filter, after, waitMs: leftMs });
    const found = messages.find((message) => scene === undefined || message.scene === scene);
    if (found !== undefined) return found;
    after = messages.at(-1)?.id ?? after;
    if (messages.length === 0) throw explainAbsence(wait, waitMs);
  }
}

const WAIT_MS = 10_000;

function explainAbsence(wait: MessageWait, waitMs: number): NoMessageError {
  return new NoMessageError(
    `no message like ${JSON.stringify(wait)} within ${waitMs} ms of the platform's clock; the journal says why (control.listJournal)`,
  );
}
