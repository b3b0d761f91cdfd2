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
  readGrantText,
  readMessage,
  readSlot,
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
  readonly slots: RowTexts;
  readonly waiting:
    | readonly (Pick<SlotKey, "openid" | "scene"> & { readonly count: number })[]
    | null;
  readonly grants: RowTexts;
  readonly deliveries: RowTexts;
  readonly due: DueAnswer | null | undefined;
  readonly known: RowTexts;
  readonly claims: readonly Row[] | null | undefined;
  readonly messages: readonly Row[] | null | undefined;
  readonly nonces: readonly Row[] | null | undefined;
  readonly keys: readonly Row[] | null | undefined;
}

/** Rows as texts, their columns by position: half of what they cost as JSON objects, on both sides. */
type RowTexts = readonly string[] | null | undefined;

/** What may be leased, by position; nothing in it: null. */
interface DueAnswer {
  readonly deliveries: readonly string[] | null;
  readonly places: readonly string[] | null;
  readonly grants: readonly (string | null)[] | null;
  readonly grant_places: readonly (string | null)[] | null;
  readonly contents: readonly unknown[] | null;
  readonly principals: readonly string[] | null;
  readonly accepted_ats: readonly number[] | null;
  readonly not_before_ats: readonly number[] | null;
}

/** What may be leased, as it stood when the account's state was at a version. */
export interface Preview extends Pick<LoadedRows, "deliveries" | "dueIds" | "grants" | "messages"> {
  readonly version: number;
}

/** The answer of `yici_preview`. */
export interface PreviewAnswer {
  readonly version: number | null;
  readonly due: DueAnswer;
}

export function readPreview({ version, due }: PreviewAnswer): Preview {
  return { version: version ?? 0, ...readDue(due) };
}

/** `now`: by whose clock leases end. */
export function readLoaded(appid: AppId, answer: RowsAnswer, now: EpochMs): LoadedRows {
  const claims = Map.groupBy(readClaims(answer.claims), ({ messageId }) => messageId);
  const readStanding = (text: string): StandingDelivery => {
    const stored = readStored(text);
    return claimDelivery(stored, claims.get(stored.terms.messageId) ?? [], now);
  };
  const due = readDue(answer.due);
  const deliveries = [...readAll(answer.deliveries, readStanding), ...due.deliveries];
  const known = readAll(answer.known, readStanding);
  return {
    now: answer.now,
    transaction: answer.transaction,
    account: answer.account === null ? undefined : readState(appid, answer.account),
    touched: answer.touched ?? 0,
    version: answer.version ?? 0,
    slots: readAll(answer.slots, readSlot),
    waitingCounts: new Map((answer.waiting ?? []).map((slot) => [slotKey(slot), slot.count])),
    grants: [...readAll(answer.grants, readGrantText), ...due.grants],
    deliveries,
    dueIds: due.dueIds,
    known,
    messages: [...readMessages(answer.messages, [...known, ...deliveries]), ...due.messages],
    nonces: readAll(answer.nonces, readNonce),
    keys: readAll(answer.keys, readRemembered),
  };
}

/** Nobody has claimed any of it. */
function readDue(answer: DueAnswer | null | undefined): Omit<Preview, "version"> {
  const { contents, principals, accepted_ats: acceptedAts, not_before_ats: dueAts } = answer ?? {};
  const { places, grant_places: grantPlaces } = answer ?? {};
  const deliveries = (answer?.deliveries ?? []).map((text, index) => {
    return claimDelivery({ ...readStored(text), place: places?.[index] }, [], 0);
  });
  const messages = deliveries.map(({ terms }, place) => {
    const row = {
      content: contents?.[place],
      principal: principals?.[place],
      accepted_at: acceptedAts?.[place],
      not_before_at: dueAts?.[place],
    };
    return readMessage(row, terms);
  });
  const grants = (answer?.grants ?? []).flatMap((text, index) => {
    if (text === null) return [];
    return { ...readGrantText(text), place: grantPlaces?.[index] ?? undefined };
  });
  const dueIds = messages.map(({ messageId }) => messageId);
  return { deliveries, dueIds, grants, messages };
}

function readAll<From, To>(
  rows: readonly From[] | null | undefined,
  read: (row: From) => To,
): readonly To[] {
  return (rows ?? []).map((row) => read(row));
}

/** Each with the terms that stand beside its delivery. */
function readMessages(
  rows: readonly Row[] | null | undefined,
  deliveries: readonly Outgoing[],
): readonly Message[] {
  if (!rows) return [];
  const termsById = new Map(deliveries.map(({ terms }) => [terms.messageId, terms]));
  return rows.flatMap((row) => {
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

function readNonce(row: Row): NonceRow {
  const { nonce, openid, effect, generation, isDeclined, usedAt } = fromRow(
    row,
  ) as unknown as NonceRow & Partial<NonNullable<UsedNonce["confirmed"]>>;
  const isConfirmed = openid !== undefined && effect !== undefined && generation !== undefined;
  const confirmed = isConfirmed ? { openid, effect, generation } : undefined;
  return { nonce, confirmed, isDeclined, usedAt };
}
