import type { SlotKey } from "../../grants/grant.ts";
import type { MessageTerms } from "../../messages/message.ts";
import type { Outgoing } from "../rows.ts";
import { slotKey } from "./loaded-rows.ts";
import type { Shelf } from "./shelf.ts";

/** Who waits for the grants of slots, among the deliveries on a shelf. */
export class SlotQueues {
  readonly #deliveries: Shelf<Outgoing>;
  /** Of slots whose deliveries are not on the shelf, how many wait. */
  readonly #counts: ReadonlyMap<string, number>;
  /** Every message of a slot that was ever on the shelf, whatever became of it; made when somebody asks. */
  #messageIds: Map<string, Set<string>> | undefined;

  constructor(deliveries: Shelf<Outgoing>, counts: ReadonlyMap<string, number>) {
    this.#deliveries = deliveries;
    this.#counts = counts;
  }

  /** A delivery has come onto the shelf. */
  note(terms: MessageTerms): void {
    if (this.#messageIds !== undefined) addTo(this.#messageIds, terms);
  }

  /** How many wait for a grant of a slot, on the shelf or not. */
  count(key: Pick<SlotKey, "openid" | "scene">): number {
    return (this.#counts.get(slotKey(key)) ?? 0) + this.list(key).length;
  }

  /** Those on the shelf that wait for a grant of a slot, the oldest first. */
  list(key: Pick<SlotKey, "openid" | "scene">): readonly Outgoing[] {
    return [...(this.#index().get(slotKey(key)) ?? [])]
      .toSorted()
      .flatMap((messageId) => this.#deliveries.get(messageId) ?? [])
      .filter(({ delivery }) => delivery.state === "waiting");
  }

  #index(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#messageIds === undefined) {
      this.#messageIds = new Map();
      for (const { terms } of this.#deliveries.values()) addTo(this.#messageIds, terms);
    }
    return this.#messageIds;
  }
}

function addTo(messageIds: Map<string, Set<string>>, terms: MessageTerms): void {
  const key = slotKey(terms);
  const ofSlot = messageIds.get(key) ?? new Set();
  messageIds.set(key, ofSlot.add(terms.messageId));
}
