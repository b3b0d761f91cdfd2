import { judgeErrcode } from "@yici/protocol";
import { type Aftermath, type MessageFacts, sinceBeginning } from "./aftermath.ts";

/** Says of everything in which a rule does not hold what it is. */
export type Invariant = (aftermath: Aftermath) => readonly string[];

/** What holds of deliveries, by the sentence that says so. */
export const DELIVERY_INVARIANTS: Readonly<Record<string, Invariant>> = {
  "delivered means that it is on the phone": ({ messages }) =>
    messages
      .filter(({ report, copies }) => report.delivery.state === "delivered" && copies.length === 0)
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

/** A second copy needs a second grant; if the gateway knew of that before its second attempt, it should not have sent. */
function isTwiceForNoReason(
  { copies, person, scene, report }: MessageFacts,
  { record }: Aftermath,
): boolean {
  return copies.slice(1).some((copy, index) => {
    const from = sinceBeginning(copies[index]?.receivedAt ?? 0);
    const to = sinceBeginning(copy.receivedAt);
    const attempt = report.attempts.findLast(({ startedAt }) => startedAt <= copy.receivedAt);
    const attemptedAt = sinceBeginning(attempt?.startedAt ?? 0);
    const isUnheard = record.confirmed.some((confirmation) => {
      const isBetween = confirmation.at >= from && confirmation.at <= to;
      const isHere = confirmation.person === person && confirmation.scene === scene;
      return isHere && isBetween && !wasHeard(confirmation.at, attemptedAt);
    });
    return !isUnheard;
  });

  function wasHeard(decidedAt: number, before: number): boolean {
    return record.heard.some(
      (heard) =>
        heard.person === person &&
        heard.scene === scene &&
        heard.decidedAt === decidedAt &&
        heard.answeredAt < before,
    );
  }
}

/** A confirmation that is heard once a send was in doubt ends the doubt: no attempt begins after it. */
function isTriedThoughHeard(
  { person, scene, report: { attempts }, sends }: MessageFacts,
  { record }: Aftermath,
): boolean {
  const heard = record.heard.filter((one) => one.person === person && one.scene === scene);
  return sends.filter(leavesDoubt).some((send) => {
    const first = heard.find(({ receivedAt }) => receivedAt > send.startedAt);
    return attempts.some(
      ({ startedAt }) => first !== undefined && sinceBeginning(startedAt) > first.answeredAt,
    );
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
