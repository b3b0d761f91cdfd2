import type { AppId, Fault, OpenId, Scene } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type {
  Delivery,
  DeliveryCause,
  DeliveryState,
  Doubt,
  Likely,
} from "../../../deliveries/delivery.ts";
import type { Evidence, SlotKey } from "../../../grants/grant.ts";
import type { MessageTerms, WhenInDoubt, WhenNoGrant } from "../../../messages/message.ts";
import type { Outgoing } from "../../rows.ts";
import { type Alike, writeAlike } from "../alike.ts";
import {
  asInteger,
  findInteger,
  findText,
  orNull,
  type Parameter,
  placeholders,
  placesOf,
  prepareList,
  readBoolean,
  readInteger,
  readText,
  type Row,
} from "../row.ts";
import { NO_ATTEMPTS } from "./attempts.ts";

const TERM_COLUMNS = [
  "message_id",
  "openid",
  "scene",
  "deadline_at",
  "when_no_grant",
  "when_in_doubt",
  "min_evidence",
] as const;
const VALUE_COLUMNS = [
  "state",
  "due_at",
  "closes_at",
  "generation",
  "lease_id",
  "lease_expires_at",
  "attempt_number",
  "counted_attempts",
  "token_faults",
  "doubt",
  "unanswered_at",
  "has_heard_confirmation",
  "cause",
  "errcode",
  "fault",
  "likely",
  "settled_at",
] as const;
/** What `readOutgoing` reads, in its order; other columns may follow. Not the account's id: whoever asks names it. */
export const OUTGOING_COLUMNS = [...TERM_COLUMNS, ...VALUE_COLUMNS];
const AT = placesOf(OUTGOING_COLUMNS);
const COLUMNS = OUTGOING_COLUMNS.join(", ");
const SELECT = `SELECT ${COLUMNS} FROM deliveries`;

const FIND = `${SELECT} WHERE appid = ? AND message_id = ?`;
const WRITTEN_COLUMNS = [...VALUE_COLUMNS, "is_apart"];
const NEW_COLUMNS = ["appid", ...TERM_COLUMNS, ...WRITTEN_COLUMNS, "attempts", "grant_row"];
const INSERT = `
  INSERT INTO deliveries (${NEW_COLUMNS.join(", ")}) VALUES (${placeholders(NEW_COLUMNS)})`;
const UPDATE = buildUpdate(WRITTEN_COLUMNS);
const UPDATE_ENDED = buildUpdate([...WRITTEN_COLUMNS, "attempts"]);
/** Goes to the row by its id and asks no index; the key still has to be its own. */
const UPDATE_AT = `${UPDATE} AND rowid = ?`;
const UPDATE_ENDED_ALIKE = `
  ${buildSet([...WRITTEN_COLUMNS, "attempts"])}
  WHERE +appid = ? AND rowid IN (SELECT value FROM json_each(?))`;
/** Left to itself, the planner would rather read the whole account in the order of its key. */
const LIST_WAITING = `
  ${SELECT} INDEXED BY deliveries_waiting WHERE appid = ? AND openid = ? AND scene = ? AND state = 'waiting'
  ORDER BY message_id`;
const COUNT_WAITING = `
  SELECT count(*) AS count FROM deliveries INDEXED BY deliveries_waiting
  WHERE appid = ? AND openid = ? AND scene = ? AND state = 'waiting'`;
/** Before a slot's generations up to one are dropped: their messages have to be found without them. */
const SET_APART = `
  UPDATE deliveries SET is_apart = 1 WHERE appid = ?1 AND message_id IN (
    SELECT message_id FROM grants WHERE appid = ?1 AND openid = ?2 AND scene = ?3 AND generation <= ?4)`;

export function findDelivery(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): Outgoing | undefined {
  const row = prepareList(file, FIND).get(appid, messageId);
  return row === undefined ? undefined : readOutgoing(row, appid);
}

/** `grantRow`: where the grant that it holds stands, if that is known. */
export function insertDelivery(
  file: SqliteFile,
  { terms, delivery }: Outgoing,
  grantRow: number | undefined,
): void {
  const values = [...termsOf(terms), ...valuesOf(delivery)];
  file.prepare(INSERT).run(terms.appid, ...values, NO_ATTEMPTS, orNull(grantRow));
}

/** What is to be changed in a delivery's row. */
export interface DeliveryChange {
  readonly delivery: Delivery;
  /** Where its row was found, if anybody knows. */
  readonly rowId: number | undefined;
  /** The attempts that are over, if they are others than before: the text of their column. */
  readonly attempts: string | undefined;
}

export function updateDelivery(
  file: SqliteFile,
  { delivery, rowId, attempts }: DeliveryChange,
): void {
  const values = valuesOf(delivery);
  const key = [delivery.appid, delivery.messageId];
  if (attempts !== undefined) file.prepare(UPDATE_ENDED).run(...values, attempts, ...key);
  else if (rowId !== undefined) file.prepare(UPDATE_AT).run(...values, ...key, rowId);
  else file.prepare(UPDATE).run(...values, ...key);
}

/** What an attempt's end makes of a delivery's row: deliveries that end together mostly have it in common. */
export function endOf(delivery: Delivery, attempts: string): readonly Parameter[] {
  const values = valuesOf(delivery);
  values.push(attempts, delivery.appid);
  return values;
}

/** Writes {@link endOf} several deliveries, all of them the same. */
export function updateEnded(file: SqliteFile, alike: Alike): void {
  writeAlike(file, UPDATE_ENDED_ALIKE, alike);
}

/** How many messages wait for a grant of a slot. */
export function countWaiting(file: SqliteFile, { appid, openid, scene }: SlotKey): number {
  const row = file.prepare(COUNT_WAITING).get(appid, openid, scene);
  return row === undefined ? 0 : readInteger(row, "count");
}

/** The oldest message that waits for a grant of a slot and that the grant would do for. */
export function findWaiting(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  wouldDo: (terms: MessageTerms) => boolean,
): Outgoing | undefined {
  for (const row of prepareList(file, LIST_WAITING).iterate(appid, openid, scene)) {
    if (wouldDo(readTerms(row, appid))) return readOutgoing(row, appid);
  }
  return undefined;
}

/** The generations of a slot up to one are about to go; their messages stay. */
export function setApart(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  generation: number,
): void {
  file.prepare(SET_APART).run(appid, openid, scene, generation);
}

/** Reads a row of `OUTGOING_COLUMNS` of an account. */
export function readOutgoing(row: Row, appid: AppId): Outgoing {
  return { terms: readTerms(row, appid), delivery: readDelivery(row, appid) };
}

function readTerms(row: Row, appid: AppId): MessageTerms {
  return {
    appid,
    messageId: readText(row, AT.message_id),
    openid: readText(row, AT.openid) as OpenId,
    scene: readInteger(row, AT.scene) as Scene,
    deadlineAt: readInteger(row, AT.deadline_at),
    whenNoGrant: readText(row, AT.when_no_grant) as WhenNoGrant,
    whenInDoubt: findText(row, AT.when_in_doubt) as WhenInDoubt | undefined,
    minEvidence: readText(row, AT.min_evidence) as Evidence,
  };
}

function readDelivery(row: Row, appid: AppId): Delivery {
  return {
    appid,
    messageId: readText(row, AT.message_id),
    state: readText(row, AT.state) as DeliveryState,
    dueAt: readInteger(row, AT.due_at),
    closesAt: readInteger(row, AT.closes_at),
    generation: findInteger(row, AT.generation),
    leaseId: findText(row, AT.lease_id),
    leaseExpiresAt: findInteger(row, AT.lease_expires_at),
    attemptNumber: readInteger(row, AT.attempt_number),
    countedAttempts: readInteger(row, AT.counted_attempts),
    tokenFaults: readInteger(row, AT.token_faults),
    doubt: readText(row, AT.doubt) as Doubt,
    unansweredAt: findInteger(row, AT.unanswered_at),
    hasHeardConfirmation: readBoolean(row, AT.has_heard_confirmation),
    cause: findText(row, AT.cause) as DeliveryCause | undefined,
    errcode: findInteger(row, AT.errcode),
    fault: findText(row, AT.fault) as Fault | undefined,
    likely: findText(row, AT.likely) as Likely | undefined,
    settledAt: findInteger(row, AT.settled_at),
  };
}

/** In the order of TERM_COLUMNS. */
function termsOf(terms: MessageTerms): readonly Parameter[] {
  return [
    terms.messageId,
    terms.openid,
    terms.scene,
    terms.deadlineAt,
    terms.whenNoGrant,
    orNull(terms.whenInDoubt),
    terms.minEvidence,
  ];
}

/** States in which no grant names the message: it never held one, or its grant is free for another, or may be again. */
const APART: readonly DeliveryState[] = [
  "waiting",
  "cancelled",
  "expired",
  "abandoned",
  "rejected",
];

/** In the order of WRITTEN_COLUMNS. */
function valuesOf(delivery: Delivery): Parameter[] {
  return [
    delivery.state,
    delivery.dueAt,
    delivery.closesAt,
    orNull(delivery.generation),
    orNull(delivery.leaseId),
    orNull(delivery.leaseExpiresAt),
    delivery.attemptNumber,
    delivery.countedAttempts,
    delivery.tokenFaults,
    delivery.doubt,
    orNull(delivery.unansweredAt),
    asInteger(delivery.hasHeardConfirmation),
    orNull(delivery.cause),
    orNull(delivery.errcode),
    orNull(delivery.fault),
    orNull(delivery.likely),
    orNull(delivery.settledAt),
    asInteger(APART.includes(delivery.state)),
  ];
}

function buildUpdate(columns: readonly string[]): string {
  return `${buildSet(columns)} WHERE appid = ? AND message_id = ?`;
}

function buildSet(columns: readonly string[]): string {
  return `UPDATE deliveries SET ${columns.map((column) => `${column} = ?`).join(", ")}`;
}
