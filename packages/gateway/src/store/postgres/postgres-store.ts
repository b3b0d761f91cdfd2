import type { AppId, ConfirmedCallback, DeclinedCallback, EpochMs } from "@yici/protocol";
import { drawChance } from "../../chance.ts";
import type { AccountState } from "../../deliveries/account-state.ts";
import { RETRY_POLICY, type RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { SlotKey } from "../../grants/grant.ts";
import { accept } from "../facts/accept.ts";
import { advance } from "../facts/advance.ts";
import { cancel } from "../facts/cancel.ts";
import { confirm, decline, recordImport } from "../facts/confirm.ts";
import { lease } from "../facts/lease.ts";
import { pauseAccount, resumeAccount } from "../facts/pause.ts";
import { reinstate } from "../facts/reinstate.ts";
import { sweepAccount } from "../facts/sweep.ts";
import type * as Ledger from "../ledger.ts";
import type { Store } from "../store.ts";
import { Committer } from "./committer.ts";
import { Database } from "./database.ts";
import { type Preview, type PreviewAnswer, readPreview } from "./loaded-rows.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { POSTGRES_LIMITS, type PostgresStoreOptions } from "./postgres-options.ts";
import { Pruner } from "./pruner.ts";
import { PostgresRecords } from "./records.ts";
import { Reports } from "./reports.ts";
import { STATEMENTS } from "./statements.ts";
import { Tidings } from "./tidings.ts";

/** The store on one PostgreSQL database, which any number of processes share. */
export class PostgresStore extends PostgresRecords implements Store {
  readonly #database: Database;
  readonly #committer: Committer;
  readonly #tidings: Tidings;
  readonly #reports: Reports;
  readonly #options: PostgresStoreOptions;
  readonly #policy: RetryPolicy;
  readonly #pruner: Pruner;
  #prunedAt: EpochMs = -Infinity;

  private constructor(database: Database, options: PostgresStoreOptions) {
    super(database, options.world);
    const { world, clock = "database", url, listenUrl = url } = options;
    this.#database = database;
    this.#options = options;
    this.#policy = { ...RETRY_POLICY, ...options.policy };
    const send = (notice: string): Promise<unknown> => database.write(STATEMENTS.notify, [notice]);
    this.#tidings = new Tidings({ world, send, listenUrl });
    const parts = { database, world, policy: this.#policy, clock, tidings: this.#tidings };
    this.#committer = new Committer(parts);
    this.#pruner = new Pruner(database, this.#policy);
    this.#reports = new Reports(database, this.#policy, () =>
      clock === "caller" ? world.now() : undefined,
    );
  }

  /** Connects and migrates. Throws `DatabaseError` when the database cannot be used, or is newer than this program. */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    await migrate(options.url, MIGRATIONS, options.world.now());
    const store = new PostgresStore(new Database(options), options);
    await store.#tidings.open();
    return store;
  }

  confirm(callback: ConfirmedCallback, now: EpochMs): Promise<Ledger.ConfirmOutcome> {
    const { appid, nonce } = callback;
    return this.#committer.write(
      { appid, now, reach: { stirred: [callback], nonces: [nonce] } },
      (context, at) => confirm(context, callback, at),
    );
  }

  decline(callback: DeclinedCallback, now: EpochMs): Promise<void> {
    const { appid, nonce } = callback;
    return this.#committer.write({ appid, now, reach: { nonces: [nonce] } }, (context, at) =>
      decline(context, callback, at),
    );
  }

  countDecisions(appid: AppId, linkId: string): Promise<Ledger.DecisionCounts> {
    return this.#reports.countDecisions(appid, linkId);
  }

  async accept(acceptance: Ledger.Acceptance): Promise<Ledger.AcceptOutcome> {
    const { appid, principal, idempotency, now } = acceptance;
    const keys = idempotency === undefined ? [] : [{ principal, key: idempotency.key }];
    const answer = await this.#committer.write(
      { appid, now, reach: { slots: [acceptance], keys } },
      (context, at) => accept(context, { ...acceptance, now: at }),
    );
    if (answer.kind !== "no_grant") return answer;
    return { kind: "no_grant", slot: await this.findSlot(answer.key) };
  }

  findAccepted(asked: Ledger.RememberedAsk): Promise<Ledger.RememberedAnswer | undefined> {
    return this.#reports.findAccepted(asked);
  }

  cancel(appid: AppId, messageId: string, now: EpochMs): Promise<Ledger.CancelOutcome> {
    const messageIds = [messageId];
    return this.#committer.write(
      { appid, now, reach: { isOfAccount: true, messageIds, contents: messageIds } },
      (context, at) => cancel(context, appid, messageId, at),
    );
  }

  importGrant(slot: SlotKey, grantedAt: EpochMs, now: EpochMs): Promise<Ledger.ConfirmEffect> {
    return this.#committer.write(
      { appid: slot.appid, now, reach: { stirred: [slot] } },
      (context, at) => recordImport(context, slot, grantedAt, at),
    );
  }

  reinstateGrant(
    slot: SlotKey,
    generation: number,
    now: EpochMs,
  ): Promise<Ledger.ReinstateOutcome> {
    const { appid, openid, scene } = slot;
    const grants = [{ appid, openid, scene, generation }];
    return this.#committer.write(
      { appid, now, reach: { stirred: [slot], grants } },
      (context, at) => reinstate(context, slot, generation, at),
    );
  }

  async listDueAccounts(now: EpochMs, limit: number): Promise<readonly AppId[]> {
    return this.#listAccounts(STATEMENTS.listDueAccounts, now, limit);
  }

  async findNextDueAt(): Promise<EpochMs | undefined> {
    const [row] = await this.#database.read(STATEMENTS.findNext);
    const { at, now } = row ?? {};
    if (typeof at !== "number") return undefined;
    return this.#isOfDatabase ? at - Number(now) + this.#options.world.now() : at;
  }

  async lease(claim: Ledger.LeaseClaim): Promise<readonly Ledger.LeasedDelivery[]> {
    const { appid, limit, now } = claim;
    const preview = await this.#preview(claim);
    const leased = await this.#committer.write(
      { appid, now, reach: { isOfAccount: true, dueCount: limit }, preview },
      (context, at) => lease(context, { ...claim, now: at }),
    );
    return leased.map(({ message: { messageId, openid, scene, content } }) => {
      return { messageId, openid, scene, content };
    });
  }

  async releaseLease(appid: AppId, leaseId: string, now: EpochMs): Promise<void> {
    const reach = { isOfAccount: true, releases: [leaseId] };
    await this.#committer.write({ appid, now, reach }, ({ noteDue }) => noteDue());
  }

  advance(round: Ledger.Round): Promise<Ledger.RoundOutcome> {
    const { settlements, starts, now } = round;
    const carried = [...settlements, ...starts].map(({ messageId }) => messageId);
    const attempts = settlements.map(({ messageId, attemptNumber }) => {
      return { messageId, number: attemptNumber };
    });
    return this.#committer.write(
      { appid: findAppid(round), now, reach: { isOfAccount: true, carried, attempts } },
      (context, at) => advance(context, { ...round, now: at }),
    );
  }

  async sweep(now: EpochMs, limit: number): Promise<number> {
    if (now >= this.#prunedAt + this.#policy.pruneEveryMs) {
      this.#prunedAt = now;
      await this.#pruner.prune(now);
    }
    const { sweepAccountsMax } = POSTGRES_LIMITS;
    const appids = await this.#listAccounts(STATEMENTS.listSweepAccounts, now, sweepAccountsMax);
    let swept = 0;
    for (const appid of appids) swept += await this.#sweepAccount(appid, now, limit - swept);
    return swept;
  }

  pauseAccount(appid: AppId, pause: Ledger.Pause, now: EpochMs): Promise<void> {
    return this.#committer.write({ appid, now, reach: { isOfAccount: true } }, (context, at) =>
      pauseAccount(context, appid, pause, at),
    );
  }

  resumeAccount(appid: AppId, now: EpochMs): Promise<void> {
    return this.#committer.write({ appid, now, reach: { isOfAccount: true } }, (context, at) =>
      resumeAccount(context, appid, at),
    );
  }

  findPause(appid: AppId): Promise<Ledger.Pause | undefined> {
    return this.#reports.findPause(appid);
  }

  findAccountState(appid: AppId): Promise<AccountState> {
    return this.#reports.findAccountState(appid);
  }

  findSlot(slot: SlotKey): Promise<Ledger.SlotReport> {
    return this.#reports.findSlot(slot);
  }

  findMessage(appid: AppId, messageId: string): Promise<Ledger.MessageReport | undefined> {
    return this.#reports.findMessage(appid, messageId);
  }

  listGrants(filter: Ledger.GrantFilter): ReturnType<Store["listGrants"]> {
    return this.#reports.listGrants(filter);
  }

  listMessages(filter: Ledger.MessageFilter): Promise<readonly Ledger.MessageSummary[]> {
    return this.#reports.listMessages(filter);
  }

  listEvents(appid: AppId, after: number, limit: number): Promise<readonly Ledger.LedgerEvent[]> {
    return this.#reports.listEvents(appid, after, limit);
  }

  onDue(listener: () => void): void {
    this.#tidings.onDue(listener);
  }

  onChange(listener: Parameters<Store["onChange"]>[0]): void {
    this.#tidings.onChange(listener);
  }

  async close(): Promise<void> {
    await this.#committer.close();
    await this.#tidings.close();
    await this.#database.close();
  }

  get #isOfDatabase(): boolean {
    return this.#options.clock !== "caller";
  }

  async #listAccounts(statement: string, now: EpochMs, limit: number): Promise<readonly AppId[]> {
    const rows = await this.#database.read(statement, [this.#isOfDatabase ? null : now, limit]);
    return rows.map(({ appid }) => appid as AppId);
  }

  /** What may be leased, read while rounds go on: what is read between them keeps every connection waiting. */
  async #preview({ appid, limit, now }: Ledger.LeaseClaim): Promise<Preview | undefined> {
    if (!this.#committer.isPreviewing(appid)) return undefined;
    const parameters = [appid, this.#isOfDatabase ? null : now, limit];
    const [row] = await this.#database.read(STATEMENTS.preview, parameters);
    const answer = row?.["answer"] as PreviewAnswer | null | undefined;
    return answer ? readPreview(answer) : undefined;
  }

  /** One whose limit is 0 still ends its pause. */
  #sweepAccount(appid: AppId, now: EpochMs, limit: number): Promise<number> {
    const chance = drawChance(this.#options.world);
    return this.#committer.write(
      { appid, now, reach: { isOfAccount: true, closedCount: limit } },
      (context, at) => sweepAccount(context, appid, { now: at, limit, chance }),
    );
  }
}

/** The account that a round is of. */
function findAppid({ settlements, starts }: Ledger.Round): AppId {
  const [appid, ...others] = new Set([...settlements, ...starts].map((part) => part.appid));
  if (appid === undefined || others.length > 0) {
    throw new RangeError("a round is of one account, and of one delivery at least");
  }
  return appid;
}
