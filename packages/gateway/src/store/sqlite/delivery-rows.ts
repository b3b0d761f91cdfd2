import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import { AlikeRows } from "./alike.ts";
import {
  type EndedAttempts,
  listAttempts,
  saveAttempts,
  writeAttempts,
} from "./tables/attempts.ts";
import { endOf, updateDelivery, updateEnded } from "./tables/deliveries.ts";

/**
 * Deliveries and their attempts, which share their rows: how an attempt ended waits for what that makes of its delivery,
 * and deliveries that end alike wait for one another, so that all of it is one statement.
 */
export class DeliveryRows {
  readonly #file: SqliteFile;
  /** Attempts whose delivery is to be written. */
  #ended: EndedAttempts | undefined;
  readonly #alike: AlikeRows;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#alike = new AlikeRows((alike) => updateEnded(file, alike));
  }

  /** `rowId`: where the delivery's row was found, if anybody knows. */
  updateDelivery(delivery: Delivery, rowId: number | undefined): void {
    const attempts = this.#takeAttempts(delivery);
    // What is still being sent may change once more before it is written.
    if (attempts !== undefined && rowId !== undefined && delivery.state !== "sending") {
      this.#alike.add(endOf(delivery, attempts), rowId);
      return;
    }
    this.write();
    updateDelivery(this.#file, { delivery, rowId, attempts });
  }

  /** Adds an attempt to those that are over, or writes it anew. `isFirst`: none of its message was written. */
  saveAttempt(attempt: Attempt, isFirst: boolean): void {
    const { appid, messageId, number } = attempt;
    const known = isFirst ? [] : this.listAttempts(appid, messageId);
    this.#writeAttempts();
    const earlier = known.filter((one) => one.number < number);
    const later = known.filter((one) => one.number > number);
    this.#ended = { appid, messageId, attempts: [...earlier, attempt, ...later] };
  }

  /** The attempts of a message that are over, the first one first. */
  listAttempts(appid: AppId, messageId: string): readonly Attempt[] {
    this.write();
    return listAttempts(this.#file, appid, messageId);
  }

  /** Writes what has waited: before anything else reads or changes a delivery's row. */
  write(): void {
    this.#writeAttempts();
    this.#alike.write();
  }

  /** The transaction was undone. */
  forget(): void {
    this.#ended = undefined;
    this.#alike.forget();
  }

  #takeAttempts({ appid, messageId }: Delivery): string | undefined {
    const ended = this.#ended;
    if (ended?.messageId !== messageId || ended.appid !== appid) return undefined;
    this.#ended = undefined;
    return writeAttempts(ended.attempts);
  }

  #writeAttempts(): void {
    const ended = this.#ended;
    this.#ended = undefined;
    if (ended !== undefined) saveAttempts(this.#file, ended);
  }
}
