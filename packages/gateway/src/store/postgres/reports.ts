import type { AppId, EpochMs } from "@yici/protocol";
import {
  type AccountState,
  buildFreshState,
  isPaused,
  type Pause,
} from "../../deliveries/account-state.ts";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type * as Ledger from "../ledger.ts";
import { readEvents, type ToldEvent } from "../told-events.ts";
import type { Database, Parameter } from "./database.ts";
import { readClaims, readState } from "./loaded-rows.ts";
import { readConfirmation, readGrant, readMessage, readStored, type Row } from "./row.ts";
import { claimDelivery } from "./standing-delivery.ts";
import { STATEMENTS } from "./statements.ts";

/** What can be read of the ledger without a lock. */
export class Reports {
  readonly #database: Database;
  readonly #policy: RetryPolicy;
  readonly #findNow: () => EpochMs | undefined;

  /** `findNow` answers nothing where the database's clock is the store's. */
  constructor(database: Database, policy: RetryPolicy, findNow: () => EpochMs | undefined) {
    this.#database = database;
    this.#policy = policy;
    this.#findNow = findNow;
  }

  async findAccepted(asked: Ledger.RememberedAsk): Promise<Ledger.RememberedAnswer | undefined> {
    const { appid, principal, idempotency } = asked;
    if (idempotency === undefined) return undefined;
    const parameters = [appid, principal, idempotency.key];
    const [row] = await this.#database.read(STATEMENTS.findKey, parameters);
    if (row === undefined) return undefined;
    if (row["body_hash"] !== idempotency.bodyHash) return { kind: "key_reused" };
    const standing = await this.#findStanding(appid, String(row["message_id"]));
    return standing && { kind: "repeated", message: summarize(standing) };
  }

  async findSlot({ appid, openid, scene }: SlotKey): Promise<Ledger.SlotReport> {
    const parameters = [appid, openid, scene, this.#policy.slotHistoryMax];
    const [grants, confirmations] = await Promise.all([
      this.#database.read(STATEMENTS.listGrantsOfSlot, parameters),
      this.#database.read(STATEMENTS.listConfirmations, parameters),
    ]);
    return {
      appid,
      openid,
      scene,
      grants: grants.map(readGrant),
      confirmations: confirmations.map(readConfirmation),
    };
  }

  async findMessage(appid: AppId, messageId: string): Promise<Ledger.MessageReport | undefined> {
    const standing = await this.#findStanding(appid, messageId);
    if (standing === undefined) return undefined;
    const { message, delivery, attempts } = standing;
    const [slot, pause] = await Promise.all([this.findSlot(message), this.findPause(appid)]);
    return { message, delivery, attempts, slot, pause };
  }

  /** The pause that is in force, by the clock of the database where that is the store's. */
  async findPause(appid: AppId): Promise<Pause | undefined> {
    const { state, now } = await this.#readState(appid);
    return isPaused(state, now) ? state.pause : undefined;
  }

  async findAccountState(appid: AppId): Promise<AccountState> {
    return (await this.#readState(appid)).state;
  }

  async listGrants(filter: Ledger.GrantFilter): Promise<readonly Grant[]> {
    const { appid, openid, scene, state, after, limit } = filter;
    const shared = [appid, state ?? null, scene ?? null, ...readCursor(after), limit];
    const rows =
      openid === undefined
        ? await this.#database.read(STATEMENTS.listGrants, shared)
        : await this.#database.read(STATEMENTS.listGrantsOfPerson, [...shared, openid]);
    return rows.map(readGrant);
  }

  async listMessages(filter: Ledger.MessageFilter): Promise<readonly Ledger.MessageSummary[]> {
    const { appid, openid, scene, state, after, limit } = filter;
    const shared = [appid, state ?? null, after ?? null, limit, scene ?? null];
    const rows =
      openid === undefined
        ? await this.#database.read(STATEMENTS.listMessages, shared)
        : await this.#database.read(STATEMENTS.listMessagesOfPerson, [...shared, openid]);
    return rows.map((row) => summarize(this.#readStanding(row)));
  }

  async listEvents(
    appid: AppId,
    after: number,
    limit: number,
  ): Promise<readonly Ledger.LedgerEvent[]> {
    const rows = await this.#database.read(STATEMENTS.listEvents, [appid, after, limit]);
    return rows
      .flatMap((row) => readEvents(appid, Number(row["number"]), row["events"] as ToldEvent[]))
      .filter(({ number }) => number > after)
      .slice(0, limit);
  }

  async countDecisions(appid: AppId, linkId: string): Promise<Ledger.DecisionCounts> {
    const [row] = await this.#database.read(STATEMENTS.countDecisions, [appid, linkId]);
    return {
      confirmedCount: Number(row?.["confirmed_count"] ?? 0),
      declinedCount: Number(row?.["declined_count"] ?? 0),
    };
  }

  async #readState(appid: AppId): Promise<{ readonly state: AccountState; readonly now: EpochMs }> {
    const [row] = await this.#database.read(STATEMENTS.findState, [appid]);
    const given = this.#findNow();
    if (row === undefined) return { state: buildFreshState(appid), now: given ?? 0 };
    const state = readState(appid, { state: row["state"], record: row["record"] });
    return { state, now: given ?? Number(row["now"]) };
  }

  async #findStanding(appid: AppId, messageId: string): Promise<StandingMessage | undefined> {
    const parameters: readonly Parameter[] = [appid, messageId];
    const [row] = await this.#database.read(STATEMENTS.findMessage, parameters);
    return row === undefined ? undefined : this.#readStanding(row);
  }

  /** A message with the claims on its delivery. */
  #readStanding(row: Row): StandingMessage {
    const stored = readStored(String(row["delivery"]));
    const claims = readClaims(row["claims"] as readonly Row[] | null);
    const now = this.#findNow() ?? Number(row["now"]);
    const { terms, delivery, attempt } = claimDelivery(stored, claims, now);
    const message = readMessage(row["message"] as Row, terms);
    const attempts = attempt === undefined ? stored.attempts : [...stored.attempts, attempt];
    return { message, delivery, attempts };
  }
}

/** A message with its attempts, the one in flight among them. */
type StandingMessage = Pick<Ledger.MessageReport, "message" | "delivery" | "attempts">;

function summarize({ message, delivery }: StandingMessage): Ledger.MessageSummary {
  return { message, delivery };
}

const CURSOR = /^([A-Za-z0-9_-]+)\.([0-9]{1,5})\.([0-9]{1,9})$/;

function readCursor(
  after: string | undefined,
): readonly [openid: string, scene: number, generation: number] {
  const match = CURSOR.exec(after ?? "");
  return match === null ? ["", -1, 0] : [match[1] ?? "", Number(match[2]), Number(match[3])];
}
