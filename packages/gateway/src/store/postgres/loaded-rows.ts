import type { AppId, EpochMs } from "@yici/protocol";
import { type AccountState, buildFreshState } from "../../deliveries/account-state.ts";
import type { Attempt } from "../../deliveries/delivery.ts";
import type { SlotKey } from "../../grants/grant.ts";
import type { Message, MessageTerms } from "../../messages/message.ts";
import type { AccountRecord } from "../records.ts";
import type { Outgoing, RememberedKey, SlotRow, UsedNonce } from "../rows.ts";
import {
  fromJson,
  fromRow,
  readAttempt,
  readGrantRow,
  readMessage,
  readStored,
  type Row,
} from "./row.ts";
import {
  type Claim,
  claimDelivery,
  type GrantRow,
  type StandingDelivery,
} from "./standing-delivery.ts";

/** What `yici_load` read, as values of the domain. */
export interface LoadedRows {
  /** By the database's clock. */
  readonly now: EpochMs;
  /** The transaction that holds the locks. */
  readonly transaction: string;
  readonly account: AccountState | undefined;
  /** How often what somebody has claimed of the account was changed by another road. */
  readonly touched: number;
  /** How often the account's state was changed. */
  readonly version: number;
  readonly slots: readonly SlotRow[];
  readonly grants: readonly GrantRow[];
  /** Under the lock of the account's state. */
  readonly deliveries: readonly StandingDelivery[];
  readonly dueIds: readonly string[];
  /** Read alone. */
  readonly known: readonly Outgoing[];
  /** Of slots whose waiting deliveries were not read, how many there are. */
  readonly waitingCounts: ReadonlyMap<string, number>;
  readonly messages: readonly Message[];
  readonly attempts: readonly Attempt[];
  readonly nonces: readonly NonceRow[];
  readonly keys: readonly RememberedRow[];
}

/** Where nothing was read, as for a round that is remembered. */
export const NOTHING_READ: Omit<LoadedRows, "now" | "account" | "touched" | "version"> = {
  transaction: "",
  slots: [],
  grants: [],
  deliveries: [],
  dueIds: [],
  known: [],
  waitingCounts: new Map(),
  messages: [],
  attempts: [],
  nonces: [],
  keys: [],
};

/** A row of the nonces. */
export interface NonceRow extends UsedNonce {
  readonly nonce: string;
  readonly usedAt: EpochMs;
}

/** A row of the idempotency keys. */
export interface RememberedRow extends RememberedKey {
  readonly principal: string;
  readonly key: string;
  readonly acceptedAt: EpochMs;
}

/** The answer of `yici_load`. What was not asked for is null or absent. */
export type LoadAnswer = RowsAnswer | { readonly again: true };

interface RowsAnswer {
  readonly again: false;
  readonly now: number;
  readonly transaction: string;
  readonly account: { readonly state: unknown; readonly record: unknown } | null;
  readonly touched: number | null;
  readonly version: number | null;
  readonly slots: readonly Row[] | null | undefined;
  readonly waiting:
    | readonly (Pick<SlotKey, "openid" | "scene"> & { readonly count: number })[]
    | null;
  readonly grants: readonly Row[] | null | undefined;
  readonly deliveries: readonly Row[] | null | undefined;
  readonly due: readonly Row[] | null | undefined;
  readonly known: readonly Row[] | null | undefined;
  readonly claims: readonly Row[] | null | undefined;
  readonly messages: readonly Row[] | null | undefined;
  readonly attempts: readonly Row[] | null | undefined;
  readonly nonces: readonly Row[] | null | undefined;
  readonly keys: readonly Row[] | null | undefined;
}

/** `now`: by whose clock leases end. */
export function readLoaded(appid: AppId, answer: RowsAnswer, now: EpochMs): LoadedRows {
  const claims = Map.groupBy(readClaims(answer.claims), ({ messageId }) => messageId);
  const readStanding = (row: Row): StandingDelivery => {
    const stored = readStored(row);
    return claimDelivery(stored, claims.get(stored.terms.messageId) ?? [], now);
  };
  const due = readAll(answer.due, readStanding);
  const deliveries = [...readAll(answer.deliveries, readStanding), ...due];
  const known = readAll(answer.known, readStanding);
  const terms = new Map([...known, ...deliveries].map((one) => [one.terms.messageId, one.terms]));
  return {
    now: answer.now,
    transaction: answer.transaction,
    account: answer.account === null ? undefined : readState(appid, answer.account),
    touched: answer.touched ?? 0,
    version: answer.version ?? 0,
    slots: readAll(answer.slots, readSlot),
    waitingCounts: new Map((answer.waiting ?? []).map((slot) => [slotKey(slot), slot.count])),
    grants: readAll(answer.grants, readGrantRow),
    deliveries,
    dueIds: due.map(({ terms: { messageId } }) => messageId),
    known,
    messages: readMessages(answer.messages, terms),
    attempts: readAll(answer.attempts, readAttempt),
    nonces: readAll(answer.nonces, readNonce),
    keys: readAll(answer.keys, readRemembered),
  };
}

function readAll<T>(rows: readonly Row[] | null | undefined, read: (row: Row) => T): readonly T[] {
  return (rows ?? []).map((row) => read(row));
}

/** Each with the terms that stand beside its delivery. */
function readMessages(
  rows: readonly Row[] | null | undefined,
  termsById: ReadonlyMap<string, MessageTerms>,
): readonly Message[] {
  return (rows ?? []).flatMap((row) => {
    const terms = termsById.get(String(row["message_id"]));
    return terms === undefined ? [] : readMessage(row, terms);
  });
}

/** Claims on deliveries, in force or not. */
export function readClaims(rows: readonly Row[] | null | undefined): readonly Claim[] {
  return readAll(rows, (row) => fromRow(row) as unknown as Claim);
}

function readRemembered(row: Row): RememberedRow {
  return fromRow(row) as unknown as RememberedRow;
}

/** The state of an account: what happened to it, under what is configured. What was never written is as at first. */
export function readState(
  appid: AppId,
  { state, record }: { readonly state: unknown; readonly record: unknown },
): AccountState {
  const { whenInDoubt, limits } = fromJson(record) as AccountRecord;
  return {
    ...buildFreshState(appid),
    ...(fromJson(state) as Partial<AccountState>),
    appid,
    whenInDoubt,
    limits,
  };
}

export function slotKey({ openid, scene }: Pick<SlotKey, "openid" | "scene">): string {
  return `${openid} ${scene}`;
}

export function grantKey(key: Pick<SlotKey, "openid" | "scene">, generation: number): string {
  return `${slotKey(key)} ${generation}`;
}

export function attemptKey(attempt: Pick<Attempt, "messageId" | "number">): string {
  return `${attempt.messageId} ${attempt.number}`;
}

export function idempotencyKey(row: Pick<RememberedRow, "principal" | "key">): string {
  return JSON.stringify([row.principal, row.key]);
}

/** The part of a message that stands beside its delivery. */
export function termsOf(message: Message): MessageTerms {
  const { content: _, acceptedAt: __, dueAt: ___, principal: ____, ...terms } = message;
  return terms;
}

function readSlot(row: Row): SlotRow {
  const { appid, openid, scene, generation, confirmation } = fromRow(row) as unknown as SlotKey &
    Omit<SlotRow, "key">;
  return { key: { appid, openid, scene }, generation, confirmation, usedAt: undefined };
}

function readNonce(row: Row): NonceRow {
  const { nonce, openid, effect, generation, isDeclined, usedAt } = fromRow(
    row,
  ) as unknown as NonceRow & Partial<NonNullable<UsedNonce["confirmed"]>>;
  const isConfirmed = openid !== undefined && effect !== undefined && generation !== undefined;
  const confirmed = isConfirmed ? { openid, effect, generation } : undefined;
  return { nonce, confirmed, isDeclined, usedAt };
}
