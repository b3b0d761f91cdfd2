import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Attempt, Delivery } from "../../deliveries/delivery.ts";
import {
  type EndedAttempts,
  listAttempts,
  saveAttempts,
  writeAttempts,
} from "./tables/attempts.ts";
import { updateDelivery } from "./tables/deliveries.ts";

/**
 * Deliveries and their attempts, which share their rows: how an attempt ended waits for what that makes of its delivery,
 * so that both are one statement.
 */
export class DeliveryRows {
  readonly #file: SqliteFile;
  /** What is to be written. */
  #ended: EndedAttempts | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  /** `rowId`: where the delivery's row was found, if anybody knows. */
  updateDelivery(delivery: Delivery, rowId: number | undefined): void {
    const ended = this.#ended;
    const isSame = ended?.messageId === delivery.messageId && ended.appid === delivery.appid;
    const attempts = isSame ? writeAttempts(ended.attempts) : undefined;
    if (isSame) this.#ended = undefined;
    updateDelivery(this.#file, { delivery, rowId, attempts });
  }

  /** Adds an attempt to those that are over, or writes it anew. `isFirst`: none of its message was written. */
  saveAttempt(attempt: Attempt, isFirst: boolean): void {
    const { appid, messageId, number } = attempt;
    const known = isFirst ? [] : this.listAttempts(appid, messageId);
    this.write();
    const earlier = known.filter((one) => one.number < number);
    const later = known.filter((one) => one.number > number);
    this.#ended = { appid, messageId, attempts: [...earlier, attempt, ...later] };
  }

  /** The attempts of a message that are over, the first one first. */
  listAttempts(appid: AppId, messageId: string): readonly Attempt[] {
    this.write();
    return listAttempts(this.#file, appid, messageId);
  }

  /** Writes what has waited. */
  write(): void {
    const ended = this.#ended;
    this.#ended = undefined;
    if (ended !== undefined) saveAttempts(this.#file, ended);
  }

  /** The transaction was undone. */
  forget(): void {
    this.#ended = undefined;
  }
}
