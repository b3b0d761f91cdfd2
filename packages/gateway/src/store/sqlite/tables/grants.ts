import type { AppId, EpochMs, OpenId, Scene } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type {
  ConfirmationFacts,
  Evidence,
  Grant,
  GrantState,
  SlotKey,
  VoidCause,
} from "../../../grants/grant.ts";
import type { GrantFilter } from "../../ledger.ts";
import { type Alike, writeAlike } from "../alike.ts";
import {
  asInteger,
  findText,
  orNull,
  type Parameter,
  placeholders,
  placesOf,
  prepareList,
  readBoolean,
  readInteger,
  readJson,
  readText,
  type Row,
} from "../row.ts";
import { buildWhere } from "../where.ts";

const KEY_COLUMNS = ["openid", "scene", "generation"] as const;
const VALUE_COLUMNS = [
  "state",
  "evidence",
  "browser_hash",
  "granted_at",
  "renewed_at",
  "is_maybe_spent",
  "void_cause",
  "message_id",
  "noted",
  "changed_at",
] as const;
/** What `readGrant` reads, in its order; other columns may follow. Not the account's id: whoever asks names it. */
export const GRANT_COLUMNS = [...KEY_COLUMNS, ...VALUE_COLUMNS];
const AT = placesOf([...GRANT_COLUMNS, "rowid"] as const);
const COLUMNS = GRANT_COLUMNS.join(", ");
/** What a new row says of its slot. */
const SLOT_COLUMNS = ["confirmation", "used_at", "heard"] as const;
const NEW_COLUMNS = ["appid", ...GRANT_COLUMNS, ...SLOT_COLUMNS];

const FIND = `
  SELECT ${COLUMNS}, rowid FROM grants WHERE appid = ? AND openid = ? AND scene = ? AND generation = ?`;
const INSERT = `
  INSERT INTO grants (${NEW_COLUMNS.join(", ")}) VALUES (${placeholders(NEW_COLUMNS)})`;
const UPDATE = `
  UPDATE grants SET ${VALUE_COLUMNS.map((column) => `${column} = ?`).join(", ")}
  WHERE appid = ? AND openid = ? AND scene = ? AND generation = ?`;
/** Goes to the row by its id and asks no index; the key still has to be its own. */
const UPDATE_AT = `${UPDATE} AND rowid = ?`;
const UPDATE_USED_AT = `
  UPDATE grants SET used_at = max(coalesce(used_at, 0), ?), ${VALUE_COLUMNS.map((column) => `${column} = ?`).join(", ")}
  WHERE appid = ? AND openid = ? AND scene = ? AND generation = ? AND rowid = ?`;
/** What a send's end changes, and nothing else. */
const USE_COLUMNS = ["state", "void_cause", "noted", "changed_at"] as const;
const UPDATE_USES = `
  UPDATE grants SET used_at = max(coalesce(used_at, 0), ?), ${USE_COLUMNS.map((column) => `${column} = ?`).join(", ")}
  WHERE +appid = ? AND rowid IN (SELECT value FROM json_each(?))`;
const LIST_AT = `
  SELECT ${COLUMNS}, rowid FROM grants WHERE +appid = ? AND rowid IN (SELECT value FROM json_each(?))`;
const LIST_OF_SLOT = `
  SELECT ${COLUMNS} FROM grants WHERE appid = ? AND openid = ? AND scene = ?
  ORDER BY generation DESC LIMIT ?`;

/** A grant, and where its row is. */
export interface PlacedGrant {
  readonly grant: Grant;
  readonly rowId: number;
}

/** A grant that is written for the first time, with what its row says of its slot. */
export interface NewGrant {
  readonly grant: Grant;
  readonly confirmation: number;
  readonly usedAt: EpochMs | undefined;
  /** JSON, as `confirmations.ts` writes it. */
  readonly heard: string;
}

export function findGrant(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  generation: number,
): PlacedGrant | undefined {
  const row = prepareList(file, FIND).get(appid, openid, scene, generation);
  return row === undefined ? undefined : readPlaced(row, appid);
}

/** The grants of an account that stand at some places, in no order. */
export function listGrantsAt(
  file: SqliteFile,
  appid: AppId,
  rowIds: readonly number[],
): readonly PlacedGrant[] {
  return prepareList(file, LIST_AT)
    .all(appid, JSON.stringify(rowIds))
    .map((row) => readPlaced(row, appid));
}

export function insertGrant(
  file: SqliteFile,
  { grant, confirmation, usedAt, heard }: NewGrant,
): void {
  file
    .prepare(INSERT)
    .run(...keyOf(grant), ...valuesOf(grant), confirmation, orNull(usedAt), heard);
}

export function updateGrant(file: SqliteFile, grant: Grant): void {
  file.prepare(UPDATE).run(...valuesOf(grant), ...keyOf(grant));
}

/** The same where the row is known. */
export function updateGrantAt(file: SqliteFile, { grant, rowId }: PlacedGrant): void {
  file.prepare(UPDATE_AT).run(...valuesOf(grant), ...keyOf(grant), rowId);
}

/** The same for a slot's last grant, which a send used at the platform, or may have. */
export function updateUsedGrantAt(
  file: SqliteFile,
  { grant, rowId }: PlacedGrant,
  usedAt: EpochMs,
): void {
  file.prepare(UPDATE_USED_AT).run(usedAt, ...valuesOf(grant), ...keyOf(grant), rowId);
}

/** Whether a send's end is all that happened to a grant. */
export function isUseAlone(before: Grant, after: Grant): boolean {
  return (
    before.evidence === after.evidence &&
    before.browserHash === after.browserHash &&
    before.grantedAt === after.grantedAt &&
    before.renewedAt === after.renewedAt &&
    before.isMaybeSpent === after.isMaybeSpent &&
    before.messageId === after.messageId
  );
}

/** What a send's end makes of a grant's row: of grants that are used together mostly the same. */
export function useOf(grant: Grant, usedAt: EpochMs): readonly Parameter[] {
  const { appid, state, voidCause, changedAt } = grant;
  return [usedAt, state, orNull(voidCause), writeNoted(grant), changedAt, appid];
}

/** Writes {@link useOf} several grants, all of them the same. */
export function updateUses(file: SqliteFile, alike: Alike): void {
  writeAlike(file, UPDATE_USES, alike);
}

/** The newest generations of a slot, newest first. */
export function listGrantsOfSlot(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  limit: number,
): readonly Grant[] {
  return prepareList(file, LIST_OF_SLOT)
    .all(appid, openid, scene, limit)
    .map((row) => readGrant(row, appid));
}

const PRUNE = `
  DELETE FROM grants WHERE appid = ? AND openid = ? AND scene = ? AND generation <= ?`;

/** Drops the generations of a slot up to one. */
export function pruneGrants(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  generation: number,
): void {
  file.prepare(PRUNE).run(appid, openid, scene, generation);
}

/** A page of an account's grants, in the order of their keys. */
export function listGrants(file: SqliteFile, filter: GrantFilter): readonly Grant[] {
  const where = buildWhere([
    ["appid = ?", filter.appid],
    ["openid = ?", filter.openid],
    ["scene = ?", filter.scene],
    ["state = ?", filter.state],
  ]);
  const sql = `
    SELECT ${COLUMNS} FROM grants ${where.sql} AND (openid, scene, generation) > (?, ?, ?)
    ORDER BY openid, scene, generation LIMIT ?`;
  return prepareList(file, sql)
    .all(...where.parameters, ...readCursor(filter.after), filter.limit)
    .map((row) => readGrant(row, filter.appid));
}

const CURSOR = /^([A-Za-z0-9_-]+)\.([0-9]{1,5})\.([0-9]{1,9})$/;

function readCursor(
  after: string | undefined,
): readonly [openid: string, scene: number, generation: number] {
  const match = CURSOR.exec(after ?? "");
  return match === null ? ["", -1, 0] : [match[1] ?? "", Number(match[2]), Number(match[3])];
}

function readPlaced(row: Row, appid: AppId): PlacedGrant {
  return { grant: readGrant(row, appid), rowId: readInteger(row, AT.rowid) };
}

/** Reads a row of `GRANT_COLUMNS` of an account. */
export function readGrant(row: Row, appid: AppId): Grant {
  return {
    appid,
    openid: readText(row, AT.openid) as OpenId,
    scene: readInteger(row, AT.scene) as Scene,
    generation: readInteger(row, AT.generation),
    state: readText(row, AT.state) as GrantState,
    evidence: readText(row, AT.evidence) as Evidence,
    browserHash: findText(row, AT.browser_hash),
    grantedAt: readInteger(row, AT.granted_at),
    renewedAt: readInteger(row, AT.renewed_at),
    isMaybeSpent: readBoolean(row, AT.is_maybe_spent),
    voidCause: findText(row, AT.void_cause) as VoidCause | undefined,
    messageId: findText(row, AT.message_id),
    noted: row[AT.noted] === null ? undefined : (readJson(row, AT.noted) as ConfirmationFacts),
    changedAt: readInteger(row, AT.changed_at),
  };
}

function keyOf(grant: Grant): readonly Parameter[] {
  return [grant.appid, grant.openid, grant.scene, grant.generation];
}

/** In the order of VALUE_COLUMNS. */
function valuesOf(grant: Grant): readonly Parameter[] {
  return [
    grant.state,
    grant.evidence,
    orNull(grant.browserHash),
    grant.grantedAt,
    grant.renewedAt,
    asInteger(grant.isMaybeSpent),
    orNull(grant.voidCause),
    orNull(grant.messageId),
    writeNoted(grant),
    grant.changedAt,
  ];
}

function writeNoted({ noted }: Grant): string | null {
  return noted === undefined ? null : JSON.stringify(noted);
}
