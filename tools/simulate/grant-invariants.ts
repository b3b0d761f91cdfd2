import { sinceBeginning, type SlotFacts, type Aftermath, type MessageFacts } from "./aftermath.ts";
import type { Invariant } from "./delivery-invariants.ts";
import { isSamePlace, namePlace } from "./record.ts";

type Grant = SlotFacts["report"]["grants"][number];

/** What holds of grants, by the sentence that says so. */
export const GRANT_INVARIANTS: Readonly<Record<string, Invariant>> = {
  "no phone holds more messages of a slot than its person confirmed": ({ slots, record }) =>
    slots
      .filter((slot) => {
        const confirmed = record.confirmed.filter((one) => isSamePlace(one, slot));
        return slot.onPhone.length > Math.min(confirmed.length, slot.line?.generation ?? 0);
      })
      .map(namePlace),

  "a generation is spent by one delivery at most": ({ slots }) =>
    slots.flatMap((slot) => {
      const spenders = slot.messages.filter(({ report }) => report.delivery.state === "delivered");
      const generations = spenders.map(({ report }) => report.delivery.generation);
      return new Set(generations).size === generations.length
        ? []
        : [`${namePlace(slot)}: ${generations.join(" ")}`];
    }),

  "no grant stays held": ({ slots }) => ofGrants(slots, (_slot, { state }) => state === "held"),

  "a grant that a send may have used is not given to anybody else": ({ slots }) =>
    ofGrants(slots, (slot, grant) => grant.state === "available" && wasDoubted(slot, grant)),

  "one callback is one confirmation, however often it comes": ({ slots, record }) =>
    slots
      .filter((slot) => {
        const received = record.received.filter((one) => isSamePlace(one, slot));
        return (
          slot.report.confirmations.length > new Set(received.map(({ rawQuery }) => rawQuery)).size
        );
      })
      .map(namePlace),

  "a live grant keeps its evidence, whatever is forged": ({ slots }) =>
    slots.filter(isWeakened).map(namePlace),

  "nothing forged renews what a person has confirmed as well": (aftermath) =>
    aftermath.slots.filter((slot) => isRenewedByForgery(slot, aftermath)).map(namePlace),

  "a grant that is available here is there at the platform": (aftermath) =>
    ofGrants(
      aftermath.slots,
      (slot, grant) => grant.state === "available" && isUsedByUs(slot, grant, aftermath),
    ),

  "a refused grant was used by somebody else, refused, or marked": (aftermath) =>
    aftermath.messages
      .filter((message) => isRefusedForNoReason(message, aftermath))
      .map(({ text }) => text),

  "a confirmation that was heard is not lost": (aftermath) =>
    aftermath.slots.filter((slot) => isLost(slot, aftermath)).map(namePlace),
};

function ofGrants(
  slots: readonly SlotFacts[],
  isSo: (slot: SlotFacts, grant: Grant) => boolean,
): readonly string[] {
  return slots.flatMap((slot) =>
    slot.report.grants
      .filter((grant) => isSo(slot, grant))
      .map(({ generation }) => `${namePlace(slot)}, generation ${generation}`),
  );
}

/** Whether a message that holds this generation was sent, and nobody knows whether it came. */
function wasDoubted({ messages }: SlotFacts, { generation }: Grant): boolean {
  return messages.some(
    ({ report: { delivery }, sends }) =>
      delivery.state === "uncertain" && delivery.generation === generation && sends.length > 0,
  );
}

const EVIDENCE = ["imported", "unbound", "bound", "identified"];

/** Whether a confirmation renewed a generation that stood on better evidence. */
function isWeakened({ report: { confirmations, grants } }: SlotFacts): boolean {
  return grants.some((grant) => {
    const heard = confirmations
      .filter(({ generation }) => generation === grant.generation)
      .filter(({ effect }) => OPENING.has(effect) || effect === "renewed")
      .map(rank)
      .toReversed();
    return heard.some(
      (strength, index) => index > 0 && strength < Math.max(...heard.slice(0, index)),
    );
  });
}

const OPENING: ReadonlySet<string> = new Set(["opened", "replaced"]);

type Confirmation = SlotFacts["report"]["confirmations"][number];

/** Whether it may be an attacker's: one of theirs was received at that instant. */
function mayBeForged(slot: SlotFacts, { at }: Confirmation, { record }: Aftermath): boolean {
  return record.received.some(
    (one) => one.isForged && one.receivedAt === sinceBeginning(at) && isSamePlace(one, slot),
  );
}

/** Whether a generation may stand on what an attacker said, then or while a send was in flight. */
function mayStandOnForgery(slot: SlotFacts, { generation }: Grant, aftermath: Aftermath): boolean {
  return slot.report.confirmations.some((confirmation) => {
    const isNoted = confirmation.effect === "noted" && confirmation.generation === generation - 1;
    return (
      (isNoted || confirmation.generation === generation) &&
      mayBeForged(slot, confirmation, aftermath)
    );
  });
}

/** Whether an attacker's confirmation renewed a generation that somebody else's opened on evidence as good. */
function isRenewedByForgery(slot: SlotFacts, aftermath: Aftermath): boolean {
  const { confirmations } = slot.report;
  return confirmations.some((renewal) => {
    if (renewal.effect !== "renewed" || !mayBeForged(slot, renewal, aftermath)) return false;
    const opening = confirmations.find(
      ({ effect, generation }) => generation === renewal.generation && OPENING.has(effect),
    );
    return (
      opening !== undefined &&
      rank(opening) >= rank(renewal) &&
      !mayBeForged(slot, opening, aftermath)
    );
  });
}

function rank({ evidence }: Confirmation): number {
  return EVIDENCE.indexOf(evidence);
}

/** Whether WeChat's line was spent by a message of ours, without a hint of it on our grant. */
function isUsedByUs(slot: SlotFacts, grant: Grant, aftermath: Aftermath): boolean {
  const { line } = slot;
  if (grant.isMaybeSpent || mayStandOnForgery(slot, grant, aftermath)) return false;
  if (line === undefined) return true;
  if (line.state !== "spent") return false;
  return !isSpentByOthers(slot, aftermath);
}

function isSpentByOthers({ line, ...place }: SlotFacts, { record }: Aftermath): boolean {
  return record.foreign.some(
    (foreign) => isSamePlace(foreign, place) && foreign.at >= sinceBeginning(line?.grantedAt ?? 0),
  );
}

/** Whether the platform itself refused a grant that should have been there. */
function isRefusedForNoReason(message: MessageFacts, aftermath: Aftermath): boolean {
  const { report, sends } = message;
  const { delivery } = report;
  const slot = aftermath.slots.find((one) => isSamePlace(one, message));
  const grant = slot?.report.grants.find(({ generation }) => generation === delivery.generation);
  const last = sends.at(-1);
  const isRefused = last?.decided === 43_101 && last.answered === 43_101;
  if (slot === undefined || grant === undefined || !isRefused) return false;
  return delivery.cause === "grant_refused" && !isRefusalExplained(slot, grant, aftermath);
}

function isRefusalExplained(slot: SlotFacts, grant: Grant, aftermath: Aftermath): boolean {
  const { refusals, foreign } = aftermath.record;
  return (
    grant.isMaybeSpent ||
    mayStandOnForgery(slot, grant, aftermath) ||
    refusals.some(({ person }) => person === slot.person) ||
    foreign.some((sent) => isSamePlace(sent, slot))
  );
}

/** Whether WeChat still has a grant of which a gateway was told, and nothing has been tried with it since. */
function isLost(
  { line, report: { grants }, messages, ...place }: SlotFacts,
  { record }: Aftermath,
): boolean {
  const [last] = grants;
  if (line?.state !== "granted" || last?.state === "available") return false;
  const grantedAt = sinceBeginning(line.grantedAt);
  const isTold = record.heard.some(
    (heard) => !heard.isForged && heard.decidedAt >= grantedAt && isSamePlace(heard, place),
  );
  const isTried = messages.some(({ report }) =>
    report.attempts.some(({ startedAt, generation }) => {
      return generation === last?.generation && sinceBeginning(startedAt) >= grantedAt;
    }),
  );
  return isTold && !isTried;
}
