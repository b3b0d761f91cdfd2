import type { AppId, EpochMs, Fault, OpenId, Scene } from "@yici/protocol";
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
import type { LeasedRow, Outgoing } from "../../rows.ts";
import {
  asInteger,
  findInteger,
  findText,
  orNull,
  type Parameter,
  placeholders,
  readBoolean,
  readInteger,
  readText,
  type Row,
} from "../row.ts";

const TERM_COLUMNS = [
  "appid",
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
const COLUMNS = [...TERM_COLUMNS, ...VALUE_COLUMNS];

const FIND = "SELECT * FROM deliveries WHERE appid = ? AND message_id = ?";
const INSERT = `INSERT INTO deliveries (${COLUMNS.join(", ")}) VALUES (${placeholders(COLUMNS)})`;
const UPDATE = `
  UPDATE deliveries SET ${VALUE_COLUMNS.map((column) => `${column} = ?`).join(", ")}
  WHERE appid = ? AND message_id = ?`;
/** Left to itself, the planner would rather read the whole account in the order of its key. */
const LIST_WAITING = `
  SELECT * FROM deliveries INDEXED BY deliveries_waiting WHERE appid = ? AND openid = ? AND scene = ? AND state = 'waiting'
  ORDER BY message_id`;
const COUNT_WAITING = `
  SELECT count(*) AS count FROM deliveries INDEXED BY deliveries_waiting
  WHERE appid = ? AND openid = ? AND scene = ? AND state = 'waiting'`;
const LIST_CLOSED = `
  SELECT message_id FROM deliveries
  WHERE appid = ? AND closes_at <= ? AND state IN ('scheduled', 'waiting', 'queued', 'sending')
  ORDER BY closes_at LIMIT ?`;
const LEASE = `
  UPDATE deliveries SET state = 'queued', lease_id = ?, lease_expires_at = ?, due_at = ?
  WHERE appid = ? AND message_id = ?`;
const RELEASE = `
  UPDATE deliveries SET lease_id = NULL, lease_expires_at = NULL, due_at = ?1
  WHERE appid = ?2 AND state IN ('scheduled', 'queued') AND due_at BETWEEN ?1 AND ?3 AND lease_id = ?4`;

export function findDelivery(
  file: SqliteFile,
  appid: AppId,
  messageId: string,
): Outgoing | undefined {
  const row = file.prepare(FIND).get(appid, messageId);
  return row === undefined ? undefined : readOutgoing(row);
}

export function insertDelivery(file: SqliteFile, { terms, delivery }: Outgoing): void {
  file.prepare(INSERT).run(...termsOf(terms), ...valuesOf(delivery));
}

export function updateDelivery(file: SqliteFile, delivery: Delivery): void {
  file.prepare(UPDATE).run(...valuesOf(delivery), delivery.appid, delivery.messageId);
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
  for (const row of file.prepare(LIST_WAITING).iterate(appid, openid, scene)) {
    if (wouldDo(readTerms(row))) return readOutgoing(row);
  }
  return undefined;
}

/** Messages whose deliveries time has closed: deadlines, doubt windows, and leases of started attempts. */
export function listClosed(
  file: SqliteFile,
  appid: AppId,
  now: EpochMs,
  limit: number,
): readonly string[] {
  return file
    .prepare(LIST_CLOSED)
    .all(appid, now, limit)
    .map((row) => readText(row, "message_id"));
}

/** Claims one delivery until its lease ends: then it is due again. */
export function leaseDelivery(
  file: SqliteFile,
  { appid, messageId, leaseId, leaseExpiresAt }: LeasedRow,
): void {
  file.prepare(LEASE).run(leaseId, leaseExpiresAt, leaseExpiresAt, appid, messageId);
}

/** Makes what a lease still claims due at once. Leases end within `leaseMaxMs`, and nothing else is looked through. */
export function releaseLeased(
  file: SqliteFile,
  lease: {
    readonly appid: AppId;
    readonly leaseId: string;
    readonly now: EpochMs;
    readonly leaseMaxMs: number;
  },
): void {
  file.prepare(RELEASE).run(lease.now, lease.appid, lease.now + lease.leaseMaxMs, lease.leaseId);
}

export function readOutgoing(row: Row): Outgoing {
  return { terms: readTerms(row), delivery: readDelivery(row) };
}

function readTerms(row: Row): MessageTerms {
  return {
    appid: readText(row, "appid") as AppId,
    messageId: readText(row, "message_id"),
    openid: readText(row, "openid") as OpenId,
    scene: readInteger(row, "scene") as Scene,
    deadlineAt: readInteger(row, "deadline_at"),
    whenNoGrant: readText(row, "when_no_grant") as WhenNoGrant,
    whenInDoubt: findText(row, "when_in_doubt") as WhenInDoubt | undefined,
    minEvidence: readText(row, "min_evidence") as Evidence,
  };
}

function readDelivery(row: Row): Delivery {
  return {
    appid: readText(row, "appid") as AppId,
    messageId: readText(row, "message_id"),
    state: readText(row, "state") as DeliveryState,
    dueAt: readInteger(row, "due_at"),
    closesAt: readInteger(row, "closes_at"),
    generation: findInteger(row, "generation"),
    leaseId: findText(row, "lease_id"),
    leaseExpiresAt: findInteger(row, "lease_expires_at"),
    attemptNumber: readInteger(row, "attempt_number"),
    countedAttempts: readInteger(row, "counted_attempts"),
    tokenFaults: readInteger(row, "token_faults"),
    doubt: readText(row, "doubt") as Doubt,
    unansweredAt: findInteger(row, "unanswered_at"),
    hasHeardConfirmation: readBoolean(row, "has_heard_confirmation"),
    cause: findText(row, "cause") as DeliveryCause | undefined,
    errcode: findInteger(row, "errcode"),
    fault: findText(row, "fault") as Fault | undefined,
    likely: findText(row, "likely") as Likely | undefined,
    settledAt: findInteger(row, "settled_at"),
  };
}

/** In the order of TERM_COLUMNS. */
function termsOf(terms: MessageTerms): readonly Parameter[] {
  return [
    terms.appid,
    terms.messageId,
    terms.openid,
    terms.scene,
    terms.deadlineAt,
    terms.whenNoGrant,
    orNull(terms.whenInDoubt),
    terms.minEvidence,
  ];
}

/** In the order of VALUE_COLUMNS. */
function valuesOf(delivery: Delivery): readonly Parameter[] {
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
  ];
}
