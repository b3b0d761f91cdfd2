import { judgeErrcode } from "@yici/protocol";
import { type Aftermath, type MessageFacts, sinceBeginning } from "./aftermath.ts";
import { isSamePlace } from "./record.ts";

/** Says of everything in which a rule does not hold what it is. */
export type Invariant = (aftermath: Aftermath) => readonly string[];

/** What holds of deliveries, by the sentence that says so. */
export const DELIVERY_INVARIANTS: Readonly<Record<string, Invariant>> = {
  "delivered means that it is on the phone": ({ messages }) =>
    messages
      .filter(({ report, copies }) => report.delivery.state === "delivered" && copies.length === 0)
      .map(name),

  "an errcode 0 means delivered, however late it came to a process that lived on": ({ messages }) =>
    messages
      .filter(
        ({ sends, report }) => sends.some(isKnownDone) && report.delivery.state !== "delivered",
      )
      .map(name),

  "what is on the phone was delivered, or is uncertain": ({ messages }) =>
    messages
      .filter(
        ({ copies, report }) => copies.length > 0 && !MAY_HAVE_COME.has(report.delivery.state),
      )
      .map(name),

  "no message comes twice, unless nobody told of a confirmation in between": (aftermath) =>
    aftermath.messages.filter((message) => isTwiceForNoReason(message, aftermath)).map(name),

  "no message comes twice where doubt is to stop it": (aftermath) =>
    aftermath.messages
      .filter((message) => message.copies.length > 1 && stopsInDoubt(message, aftermath))
      .map(name),

  "doubt is sticky: what may have been processed ends delivered or uncertain": ({ messages }) =>
    messages
      .filter(
        ({ sends, report }) => sends.some(leavesDoubt) && !MAY_HAVE_COME.has(report.delivery.state),
      )
      .map(name),

  "nothing is tried again once the person was heard confirming again": (aftermath) =>
    aftermath.messages.filter((message) => isTriedThoughHeard(message, aftermath)).map(name),

  "nothing is tried after an unanswered attempt where doubt is to stop it": (aftermath) =>
    aftermath.messages
      .filter(
        (message) => stopsInDoubt(message, aftermath) && findTriedInDoubt(message) !== undefined,
      )
      .map(name),

  "nothing is tried again once the doubt window has closed": ({ messages }) =>
    messages.filter((message) => (findTriedInDoubt(message) ?? 0) > DOUBT_WINDOW_MS).map(name),

  "every send was on record before it left": ({ messages }) =>
    messages.filter(({ sends, report }) => sends.length > report.attempts.length).map(name),

  "an answer that comes when somebody else has taken over is late": ({ messages }) =>
    messages
      .filter(({ report: { attempts } }) =>
        attempts.some((attempt, index) => {
          const next = attempts[index + 1];
          return (
            next !== undefined && !attempt.isLate && (attempt.finishedAt ?? 0) > next.startedAt
          );
        }),
      )
      .map(name),

  "nothing is tried before it is due, or once its deadline has passed": ({ messages }) =>
    messages
      .filter(({ report: { message, attempts } }) =>
        attempts.some(
          ({ startedAt }) => startedAt < message.dueAt || startedAt >= message.deadlineAt,
        ),
      )
      .map(name),

  "what was said to be cancelled stays so": ({ record, messages }) =>
    messages
      .filter(({ report: { message, delivery } }) => {
        return record.cancelled.has(message.messageId) && delivery.state !== "cancelled";
      })
      .map(name),

  "a message that was promised is there, once": ({ record, messages }) =>
    record.orders
      .filter(({ text, promisedIds }) => {
        const ids = messages
          .filter((message) => message.text === text)
          .map(({ report }) => report.message.messageId);
        return (
          promisedIds.size > 1 || ids.length > 1 || [...promisedIds].some((id) => !ids.includes(id))
        );
      })
      .map(({ text }) => text),

  "events have no gap": ({ eventNumbers }) =>
    eventNumbers.every((number, index) => number === index + 1) ? [] : [eventNumbers.join(" ")],
};

/** Messages that came more than once: each for a confirmation that the gateway was not told of. */
export function countDuplicates({ messages }: Aftermath): number {
  return messages.filter(({ copies }) => copies.length > 1).length;
}

function isKnownDone({ answered, sender }: MessageFacts["sends"][number]): boolean {
  return answered === 0 && !sender.isGone;
}

/** Whether a send's answer, or its absence, left open whether the platform processed it. */
function leavesDoubt({ answered }: MessageFacts["sends"][number]): boolean {
  return answered === undefined || judgeErrcode(answered, "send").kind === "doubtful";
}

const MAY_HAVE_COME: ReadonlySet<string> = new Set(["delivered", "uncertain"]);

function name({ text, report: { delivery }, copies }: MessageFacts): string {
  const cause = delivery.cause === undefined ? "" : ` (${delivery.cause})`;
  return `${text} is ${delivery.state}${cause}, ${copies.length} on the phone`;
}

function stopsInDoubt({ order }: MessageFacts, { whenInDoubt }: Aftermath): boolean {
  return (order.whenInDoubt ?? whenInDoubt) === "stop";
}

/** A second copy needs a second grant: one from a confirmation in between, of which the gateway had not heard when it tried again. */
function isTwiceForNoReason(message: MessageFacts, { record }: Aftermath): boolean {
  const { copies, report } = message;
  const confirmed = record.confirmed.filter((one) => isSamePlace(one, message));
  const heard = record.heard.filter((one) => isSamePlace(one, message));
  return copies.slice(1).some(({ receivedAt }, index) => {
    const from = sinceBeginning(copies[index]?.receivedAt ?? 0);
    const to = sinceBeginning(receivedAt);
    const between = confirmed.filter(({ at }) => at >= from && at <= to);
    const attempt = report.attempts.findLast(({ startedAt }) => startedAt <= receivedAt);
    const attemptedAt = sinceBeginning(attempt?.startedAt ?? 0);
    return between.every(({ at }) =>
      heard.some(({ decidedAt, answeredAt }) => decidedAt === at && answeredAt < attemptedAt),
    );
  });
}

/** A confirmation that is heard once a send was in doubt ends the doubt: no attempt begins after it. */
function isTriedThoughHeard(message: MessageFacts, { record }: Aftermath): boolean {
  const heard = record.heard.filter((one) => isSamePlace(one, message));
  return message.sends.filter(leavesDoubt).some((send) => {
    const endsAt = heard.find(({ receivedAt }) => receivedAt > send.startedAt)?.answeredAt;
    const { attempts } = message.report;
    const isLater = (at: number): boolean => endsAt !== undefined && at > endsAt;
    return attempts.some(({ startedAt }) => isLater(sinceBeginning(startedAt)));
  });
}

/** How long after the last unanswered attempt a message may be tried again: the gateway's default. */
const DOUBT_WINDOW_MS = 600_000;

/** The longest time from an unanswered attempt to the next attempt of any kind, with none unanswered in between. */
function findTriedInDoubt({ report: { attempts } }: MessageFacts): number | undefined {
  let longestMs: number | undefined;
  let unansweredAt: number | undefined;
  for (const { startedAt, outcome, isLate } of attempts) {
    if (unansweredAt !== undefined) longestMs = Math.max(longestMs ?? 0, startedAt - unansweredAt);
    // What came late was unanswered until then.
    if (isLate || outcome === undefined || outcome.kind === "unanswered") unansweredAt = startedAt;
  }
  return longestMs;
}
