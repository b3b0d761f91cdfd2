import type { Attempt } from "../../deliveries/delivery.ts";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type { Message, MessageTerms } from "../../messages/message.ts";
import type { Confirmation } from "../ledger.ts";
import { readAttempt, type RecordedAttempt } from "../recorded-attempts.ts";
import type { SlotRow } from "../rows.ts";
import { parseRow } from "./row-text.ts";
import type { GrantRow, StoredDelivery } from "./standing-delivery.ts";

/** A row as it travels, alone or inside of a JSON: its columns by their names. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * A row as a value of the domain: `due_at` is `dueAt`, and null is `undefined`, at every depth. Who knows what the row
 * holds says so with `as`: it was seen to before it was written, and nobody else writes these tables.
 */
export function fromRow(row: Row): Readonly<Record<string, unknown>> {
  const value: Record<string, unknown> = {};
  for (const column in row) value[camelCase(column)] = fromJson(row[column]);
  return value;
}

/** A value as it was before `toJson`: what is null was `undefined`. */
export function fromJson(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const parts: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) parts[name] = fromJson(part);
  return parts;
}

/** A value as JSON text that keeps members which are `undefined`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part === undefined ? null : part));
}

export function readGrant(row: Row): Grant {
  const { usedAt: _, ...grant } = fromRow(row) as unknown as Grant & Pick<GrantRow, "usedAt">;
  return grant;
}

export function readConfirmation(row: Row): Confirmation {
  const { at, evidence, effect, generation, source } = fromRow(row) as unknown as Confirmation;
  return { at, evidence, effect, generation, source };
}

/** A row of `deliveries` as a text: no worker has it, as far as that says. */
export function readStored(text: string): StoredDelivery {
  const columns = parseRow(text);
  const terms = readTerms(columns);
  const [turn, attempts = "[]"] = columns.slice(-2);
  return {
    terms,
    delivery: readDelivery(terms, columns),
    turn: Number(turn),
    attempts: readAttempts(terms, attempts),
  };
}

function readTerms(columns: readonly string[]): MessageTerms {
  const [appid, messageId, openid, scene, deadlineAt, whenNoGrant, whenInDoubt, minEvidence] =
    columns;
  return {
    appid,
    messageId,
    openid,
    scene: Number(scene),
    deadlineAt: Number(deadlineAt),
    whenNoGrant,
    whenInDoubt: orNothing(whenInDoubt),
    minEvidence,
  } as unknown as MessageTerms;
}

/** How many columns the terms are, at the beginning. */
const TERMS_COUNT = 8;

function readDelivery(
  { appid, messageId }: MessageTerms,
  columns: readonly string[],
): StoredDelivery["delivery"] {
  const [state, dueAt, closesAt, generation, attemptNumber, countedAttempts, ...rest] =
    columns.slice(TERMS_COUNT);
  const [tokenFaults, doubt, unansweredAt, hasHeard, cause, errcode, fault, likely, settledAt] =
    rest;
  return {
    appid,
    messageId,
    state,
    dueAt: Number(dueAt),
    closesAt: Number(closesAt),
    generation: findNumber(generation),
    leaseId: undefined,
    leaseExpiresAt: undefined,
    attemptNumber: Number(attemptNumber),
    countedAttempts: Number(countedAttempts),
    tokenFaults: Number(tokenFaults),
    doubt,
    unansweredAt: findNumber(unansweredAt),
    hasHeardConfirmation: hasHeard === TRUE,
    cause: orNothing(cause),
    errcode: findNumber(errcode),
    fault: orNothing(fault),
    likely: orNothing(likely),
    settledAt: findNumber(settledAt),
  } as unknown as StoredDelivery["delivery"];
}

function readAttempts(
  { appid, messageId }: Pick<MessageTerms, "appid" | "messageId">,
  text: string,
): readonly Attempt[] {
  if (text === "[]") return NO_ATTEMPTS;
  const recorded = JSON.parse(text) as readonly RecordedAttempt[];
  return recorded.map((one) => readAttempt(appid, messageId, one));
}

const NO_ATTEMPTS: readonly Attempt[] = [];

/** A row of `grants` as a text. */
export function readGrantText(text: string): GrantRow {
  const [
    appid,
    openid,
    scene,
    generation,
    state,
    evidence,
    browserHash,
    grantedAt,
    renewedAt,
    isMaybeSpent,
    voidCause,
    messageId,
    noted,
    changedAt,
    usedAt,
  ] = parseRow(text);
  const grant = {
    appid,
    openid,
    scene: Number(scene),
    generation: Number(generation),
    state,
    evidence,
    browserHash: orNothing(browserHash),
    grantedAt: Number(grantedAt),
    renewedAt: Number(renewedAt),
    isMaybeSpent: isMaybeSpent === TRUE,
    voidCause: orNothing(voidCause),
    messageId: orNothing(messageId),
    noted: noted ? fromJson(JSON.parse(noted)) : undefined,
    changedAt: Number(changedAt),
  } as unknown as Grant;
  return { grant, usedAt: findNumber(usedAt) };
}

/** A row of `slots` as a text. */
export function readSlot(text: string): SlotRow {
  const [appid, openid, scene, generation, confirmation] = parseRow(text);
  const key = { appid, openid, scene: Number(scene) } as unknown as SlotKey;
  return {
    key,
    generation: Number(generation),
    confirmation: Number(confirmation),
    usedAt: undefined,
  };
}

const TRUE = "t";

function orNothing(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function findNumber(text: string | undefined): number | undefined {
  return text === "" || text === undefined ? undefined : Number(text);
}

/** The message of a row of `messages`, with the terms that stand beside its delivery. */
export function readMessage(row: Row, terms: MessageTerms): Message {
  const { content, accepted_at: acceptedAt, not_before_at: dueAt, principal } = row;
  const rest = { content: fromJson(content), acceptedAt, dueAt, principal };
  return { ...terms, ...(rest as unknown as Omit<Message, keyof MessageTerms>) };
}

const CAMEL = new Map<string, string>();

/** `due_at` as `dueAt`. */
export function camelCase(column: string): string {
  let name = CAMEL.get(column);
  if (name === undefined) {
    name = column.replace(/_(?<letter>[a-z])/g, (text) => text.slice(1).toUpperCase());
    CAMEL.set(column, name);
  }
  return name;
}
