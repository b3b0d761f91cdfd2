import type { EpochMs } from "@yici/protocol";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import type { SlotKey } from "../../grants/grant.ts";
import type { Message } from "../../messages/message.ts";
import type { MessageSummary } from "../ledger.ts";
import type { Outgoing } from "../rows.ts";
import { attemptKey, type LoadedRows, termsOf } from "./loaded-rows.ts";
import type { FoundDelivery, OutboxEntry } from "./outbox-changes.ts";
import { Shelf } from "./shelf.ts";
import { SlotQueues } from "./slot-queues.ts";
import type { GrantRow } from "./standing-delivery.ts";

/** The messages, deliveries and attempts of a batch. */
export class OutboxRows {
  readonly messages = new Shelf<Message>();
  readonly deliveries = new Shelf<Outgoing>();
  readonly attempts = new Shelf<Attempt>();
  readonly queues: SlotQueues;
  /** Deliveries as they stood, and what they were claimed together with. */
  readonly #found = new Map<string, FoundDelivery>();
  readonly #dueIds: readonly string[];
  /** What was read alone, and is not to be changed. */
  readonly #known: ReadonlyMap<string, Outgoing>;

  constructor(loaded: LoadedRows, found: readonly FoundDelivery[]) {
    this.queues = new SlotQueues(this.deliveries, loaded.waitingCounts);
    this.#dueIds = loaded.dueIds;
    this.#known = new Map(loaded.known.map((one) => [one.terms.messageId, one]));
    for (const message of loaded.messages) this.messages.load(message.messageId, message);
    for (const one of found) this.#load(one);
  }

  findMessage(messageId: string): MessageSummary | undefined {
    const message = this.messages.get(messageId);
    const outgoing = this.deliveries.get(messageId) ?? this.#known.get(messageId);
    if (message === undefined || outgoing === undefined) return undefined;
    return { message, delivery: outgoing.delivery };
  }

  insertMessage({ message, delivery }: MessageSummary): void {
    const { messageId } = message;
    if (this.deliveries.get(messageId) !== undefined) throw new Error("there is such a message");
    this.messages.set(messageId, message);
    this.deliveries.set(messageId, { terms: termsOf(message), delivery });
    this.queues.note(message);
  }

  listDue(now: EpochMs, limit: number): readonly MessageSummary[] {
    return this.#dueIds
      .flatMap((messageId) => this.findMessage(messageId) ?? [])
      .filter(({ delivery }) => isDue(delivery, now))
      .toSorted(({ delivery: one }, { delivery: other }) => {
        return one.dueAt - other.dueAt || compareIds(one, other);
      })
      .slice(0, limit);
  }

  listClosed(now: EpochMs, limit: number): readonly string[] {
    return [...this.deliveries.values()]
      .map(({ delivery }) => delivery)
      .filter((delivery) => delivery.settledAt === undefined && delivery.closesAt <= now)
      .toSorted((one, other) => one.closesAt - other.closesAt || compareIds(one, other))
      .slice(0, limit)
      .map(({ messageId }) => messageId);
  }

  saveAttempt(attempt: Attempt): void {
    this.attempts.set(attemptKey(attempt), attempt);
  }

  /** Whether the delivery waited for a grant when it was read. */
  hasWaited({ terms: { messageId } }: Outgoing): boolean {
    return this.#found.get(messageId)?.delivery.state === "waiting";
  }

  /** Every delivery of the batch, as it stood and as it is now. */
  list(
    findGrant: (key: SlotKey, generation: number) => GrantRow | undefined,
  ): readonly OutboxEntry[] {
    return Array.from(this.deliveries.values(), (outgoing) => {
      const { terms, delivery } = outgoing;
      const { messageId } = terms;
      return {
        before: this.#found.get(messageId),
        outgoing,
        isChanged: this.deliveries.isChanged(messageId),
        grant: findGrant(terms, delivery.generation ?? 0),
        ...this.#listAttempts(delivery),
      };
    });
  }

  #listAttempts({
    messageId,
    state,
    attemptNumber,
  }: Delivery): Pick<OutboxEntry, "attempt" | "others" | "isOtherChanged"> {
    const others: Attempt[] = [];
    let attempt: Attempt | undefined;
    let isOtherChanged = false;
    for (let number = 1; number <= attemptNumber; number += 1) {
      const key = attemptKey({ messageId, number });
      const found = this.attempts.get(key);
      if (found === undefined) continue;
      if (state === "sending" && number === attemptNumber) {
        attempt = found;
      } else {
        others.push(found);
        isOtherChanged ||= this.attempts.isChanged(key);
      }
    }
    return { attempt, others, isOtherChanged };
  }

  #load(found: FoundDelivery): void {
    const { terms, delivery, stored, attempt } = found;
    this.#found.set(terms.messageId, found);
    this.deliveries.load(terms.messageId, { terms, delivery });
    for (const one of stored.attempts) this.attempts.load(attemptKey(one), one);
    if (attempt !== undefined) this.attempts.load(attemptKey(attempt), attempt);
    this.queues.note(terms);
  }
}

/** Ids grow in the order of acceptance. */
function compareIds(one: Pick<Delivery, "messageId">, other: Pick<Delivery, "messageId">): number {
  return one.messageId < other.messageId ? -1 : 1;
}

function isDue({ state, dueAt, closesAt }: Delivery, now: EpochMs): boolean {
  return (state === "scheduled" || state === "queued") && dueAt <= now && closesAt > now;
}
