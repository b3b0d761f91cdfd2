import type { AppId, ConfirmedCallback, DeclinedCallback, EpochMs } from "@yici/protocol";
import { SqliteFile, type World } from "@yici/runtime";
import { drawChance } from "../../chance.ts";
import type { AccountState } from "../../deliveries/account-state.ts";
import { RETRY_POLICY, type RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { SlotKey } from "../../grants/grant.ts";
import { accept, findAccepted } from "../facts/accept.ts";
import { advance } from "../facts/advance.ts";
import { cancel } from "../facts/cancel.ts";
import { confirm, decline, recordImport } from "../facts/confirm.ts";
import type { FactContext } from "../facts/fact-context.ts";
import { lease } from "../facts/lease.ts";
import { pauseAccount, resumeAccount } from "../facts/pause.ts";
import { reinstate } from "../facts/reinstate.ts";
import { sweepAccount, type SweepOrder } from "../facts/sweep.ts";
import type * as Ledger from "../ledger.ts";
import type { Store } from "../store.ts";
import { Committer } from "./committer.ts";
import { readLeased, writeLeased } from "./leased-text.ts";
import { MIGRATIONS } from "./migrations.ts";
import { Pruner } from "./pruner.ts";
import { findMessageReport, findPause, readSlotReport } from "./reports.ts";
import { SqliteRecords } from "./sqlite-records.ts";
import * as accounts from "./tables/accounts.ts";
import { findDecisionCounts } from "./tables/decisions.ts";
import { listEvents } from "./tables/events.ts";
import { listGrants } from "./tables/grants.ts";
import { listMessages } from "./tables/messages.ts";

export interface SqliteStoreOptions {
  /** A file path, or `:memory:`. */
  readonly path: string;
  readonly world: Pick<World, "now" | "defer" | "randomBytes">;
  /** Default: {@link RETRY_POLICY}. */
  readonly policy?: Partial<RetryPolicy>;
}

/** Memory for pages of the file: SQLite's own 2 MiB do not hold what a busy queue comes back to. */
const PAGES_KIB = 16_384;

/** The store on one SQLite file, which it holds alone. Every write is one fact of the group commit. */
export class SqliteStore extends SqliteRecords implements Store {
  readonly #file: SqliteFile;
  readonly #committer: Committer;
  readonly #world: SqliteStoreOptions["world"];
  readonly #policy: RetryPolicy;
  readonly #pruner: Pruner;
  #prunedAt: EpochMs = -Infinity;

  private constructor(file: SqliteFile, { world, policy }: SqliteStoreOptions) {
    const wholePolicy = { ...RETRY_POLICY, ...policy };
    const committer = new Committer(file, world, wholePolicy);
    super(file, committer);
    this.#file = file;
    this.#world = world;
    this.#policy = wholePolicy;
    this.#committer = committer;
    this.#pruner = new Pruner(file, wholePolicy);
  }

  /** Opens, locks and migrates. Throws `DatabaseError` when another process holds the file or wrote a newer schema. */
  static open(options: SqliteStoreOptions): SqliteStore {
    const { path, world } = options;
    const file = SqliteFile.open({ path, migrations: MIGRATIONS, now: world.now() });
    file.exec(`PRAGMA cache_size = -${PAGES_KIB}`);
    return new SqliteStore(file, options);
  }

  confirm(callback: ConfirmedCallback, now: EpochMs): Promise<Ledger.ConfirmOutcome> {
    return this.#committer.write((context) => confirm(context, callback, now));
  }

  decline(callback: DeclinedCallback, now: EpochMs): Promise<void> {
    return this.#committer.write((context) => decline(context, callback, now));
  }

  async countDecisions(appid: AppId, linkId: string): Promise<Ledger.DecisionCounts> {
    return findDecisionCounts(this.#file, appid, linkId);
  }

  async accept(acceptance: Ledger.Acceptance): Promise<Ledger.AcceptOutcome> {
    const answer = await this.#committer.write((context) => accept(context, acceptance));
    if (answer.kind !== "no_grant") return answer;
    return { kind: "no_grant", slot: await this.findSlot(answer.key) };
  }

  async findAccepted(asked: Ledger.RememberedAsk): Promise<Ledger.RememberedAnswer | undefined> {
    return findAccepted(this.#committer.rows, asked);
  }

  cancel(appid: AppId, messageId: string, now: EpochMs): Promise<Ledger.CancelOutcome> {
    return this.#committer.write((context) => cancel(context, appid, messageId, now));
  }

  importGrant(slot: SlotKey, grantedAt: EpochMs, now: EpochMs): Promise<Ledger.ConfirmEffect> {
    return this.#committer.write((context) => recordImport(context, slot, grantedAt, now));
  }

  reinstateGrant(
    slot: SlotKey,
    generation: number,
    now: EpochMs,
  ): Promise<Ledger.ReinstateOutcome> {
    return this.#committer.write((context) => reinstate(context, slot, generation, now));
  }

  async listDueAccounts(now: EpochMs, limit: number): Promise<readonly AppId[]> {
    return this.#committer.rows.agenda.listDueAccounts(now, limit);
  }

  async findNextDueAt(): Promise<EpochMs | undefined> {
    return this.#committer.rows.agenda.findNextDueAt();
  }

  async lease(claim: Ledger.LeaseClaim): Promise<readonly Ledger.LeasedDelivery[]> {
    return readLeased(await this.leaseText(claim));
  }

  /** The same as a text for `readLeased`. */
  leaseText(claim: Ledger.LeaseClaim): Promise<string> {
    return this.#committer.write((context) => writeLeased(lease(context, claim)));
  }

  releaseLease(appid: AppId, leaseId: string): Promise<void> {
    return this.#committer.write(({ noteDue }) => {
      this.#committer.rows.releaseLease(appid, leaseId);
      noteDue();
    });
  }

  advance(round: Ledger.Round): Promise<Ledger.RoundOutcome> {
    return this.#committer.write((context) => {
      this.#committer.rows.foresee(round.settlements);
      return advance(context, round);
    });
  }

  sweep(now: EpochMs, limit: number): Promise<number> {
    const chance = drawChance(this.#world);
    const isPruning = now >= this.#prunedAt + this.#policy.pruneEveryMs;
    if (isPruning) this.#prunedAt = now;
    return this.#committer.write((context) => {
      if (isPruning) this.#pruner.prune(now);
      return this.#sweepAccounts(context, { now, limit, chance });
    });
  }

  #sweepAccounts(context: FactContext, order: SweepOrder): number {
    let swept = 0;
    for (const appid of this.#committer.rows.agenda.listClosedAccounts(order.now)) {
      swept += sweepAccount(context, appid, { ...order, limit: order.limit - swept });
    }
    return swept;
  }

  pauseAccount(appid: AppId, pause: Ledger.Pause, now: EpochMs): Promise<void> {
    return this.#committer.write((context) => pauseAccount(context, appid, pause, now));
  }

  resumeAccount(appid: AppId, now: EpochMs): Promise<void> {
    return this.#committer.write((context) => resumeAccount(context, appid, now));
  }

  async findPause(appid: AppId): Promise<Ledger.Pause | undefined> {
    return findPause(this.#file, appid, this.#world.now());
  }

  async findAccountState(appid: AppId): Promise<AccountState> {
    return accounts.loadAccountState(this.#file, appid);
  }

  async findSlot(slot: SlotKey): Promise<Ledger.SlotReport> {
    return readSlotReport(this.#file, slot, this.#policy);
  }

  async findMessage(appid: AppId, messageId: string): Promise<Ledger.MessageReport | undefined> {
    return findMessageReport(
      { file: this.#file, rows: this.#committer.rows },
      { appid, messageId, now: this.#world.now() },
      this.#policy,
    );
  }

  async listGrants(filter: Ledger.GrantFilter): ReturnType<Store["listGrants"]> {
    return listGrants(this.#file, filter);
  }

  async listMessages(filter: Ledger.MessageFilter): Promise<readonly Ledger.MessageSummary[]> {
    const { rows } = this.#committer;
    if (filter.state !== undefined) {
      await this.#committer.write(() => rows.writeSending(filter.appid));
    }
    return listMessages(this.#file, filter).map((summary) => rows.complete(summary));
  }

  async listEvents(
    appid: AppId,
    after: number,
    limit: number,
  ): Promise<readonly Ledger.LedgerEvent[]> {
    return listEvents(this.#file, appid, after, limit);
  }

  onDue(listener: () => void): void {
    this.#committer.onDue(listener);
  }

  onChange(listener: Parameters<Store["onChange"]>[0]): void {
    this.#committer.onChange(listener);
  }

  async close(): Promise<void> {
    this.#committer.close();
    this.#file.close();
  }
}
