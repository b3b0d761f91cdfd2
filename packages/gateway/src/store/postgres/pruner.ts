import type { AppId, EpochMs } from "@yici/protocol";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { Database } from "./database.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import type { Row } from "./row.ts";
import { STATEMENTS } from "./statements.ts";

/** Drops what is older than it need be, a limited number of accounts and rows at once. */
export class Pruner {
  readonly #database: Database;
  readonly #policy: RetryPolicy;
  /** The account that was looked at last, where there were more. */
  #after: AppId | undefined;
  /** The message that each account was last looked through up to. */
  readonly #places = new Map<AppId, string>();

  constructor(database: Database, policy: RetryPolicy) {
    this.#database = database;
    this.#policy = policy;
  }

  /** Also makes the accounts' lines among the due accounts anew, so that a hint that went wrong does not stay so. */
  async prune(now: EpochMs): Promise<void> {
    const { pruneAccountsMax } = POSTGRES_LIMITS;
    const parameters = [this.#after ?? "", pruneAccountsMax];
    const rows = await this.#database.read(STATEMENTS.listAppIds, parameters);
    const appids = rows.map(({ appid }) => appid as AppId);
    for (const appid of appids) await this.#pruneAccount(appid, now);
    this.#after = appids.length < pruneAccountsMax ? undefined : appids.at(-1);
  }

  async #pruneAccount(appid: AppId, now: EpochMs): Promise<void> {
    const { idempotencyLifeMs, nonceLifeMs, eventLifeMs, messageLifeMs, pruneMax } = this.#policy;
    const drop = (statement: string, lifeMs: number): Promise<unknown> =>
      this.#database.write(statement, [appid, now - lifeMs, pruneMax]);
    await drop(STATEMENTS.pruneKeys, idempotencyLifeMs);
    await drop(STATEMENTS.pruneNonces, nonceLifeMs);
    await drop(STATEMENTS.pruneEvents, eventLifeMs);
    await this.#pruneMessages(appid, now - messageLifeMs);
    await this.#database.write(STATEMENTS.look, [appid]);
  }

  /**
   * In the order of their ids, which grow with acceptance: an index by age would cost every send, and a walk from the
   * oldest on ends at the first message that is young enough.
   */
  async #pruneMessages(appid: AppId, before: EpochMs): Promise<void> {
    const { pruneStep } = POSTGRES_LIMITS;
    for (let walked = 0; walked < this.#policy.pruneMax; walked += pruneStep) {
      const after = this.#places.get(appid) ?? "";
      const rows = await this.#database.read(STATEMENTS.listOldMessages, [appid, after]);
      const young = rows.findIndex((row) => Number(row["accepted_at"]) >= before);
      const old = young === -1 ? rows : rows.slice(0, young);
      await this.#dropSettled(appid, old, before);
      const last = old.length === pruneStep ? old.at(-1) : undefined;
      if (last === undefined) return void this.#places.delete(appid);
      this.#places.set(appid, String(last["message_id"]));
    }
  }

  /** What has not ended for so long stays. */
  async #dropSettled(appid: AppId, old: readonly Row[], before: EpochMs): Promise<void> {
    const ended = old
      .filter(({ settled_at: settledAt }) => settledAt !== null && Number(settledAt) < before)
      .map((row) => row["message_id"]);
    if (ended.length === 0) return;
    await this.#database.write(STATEMENTS.pruneMessages, [appid, JSON.stringify(ended)]);
  }
}
