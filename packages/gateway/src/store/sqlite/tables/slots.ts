import type { EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { SlotKey } from "../../../grants/grant.ts";
import type { Slot, SlotRow } from "../../rows.ts";
import { findInteger, orNull, placesOf, prepareList, readInteger } from "../row.ts";
import { GRANT_COLUMNS, readGrant } from "./grants.ts";

const COLUMNS = [...GRANT_COLUMNS, "confirmation", "used_at", "rowid"] as const;
const AT = placesOf(COLUMNS);

/** A slot has no row of its own: what is known of it stands with its last grant, and one process alone writes the file. */
const FIND = `
  SELECT ${COLUMNS.join(", ")} FROM grants WHERE appid = ? AND openid = ? AND scene = ?
  ORDER BY generation DESC LIMIT 1`;

const UNHEARD_OF = { generation: 0, confirmation: 0, usedAt: undefined, grant: undefined };

/** A slot, and where the row of its last grant is. */
export interface PlacedSlot {
  readonly slot: Slot;
  readonly rowId: number | undefined;
}

/** The slot with its last generation; an empty one when nothing was ever heard of it. */
export function loadSlot(file: SqliteFile, { appid, openid, scene }: SlotKey): PlacedSlot {
  const key = { appid, openid, scene };
  const row = prepareList(file, FIND).get(appid, openid, scene);
  if (row === undefined) return { slot: { key, ...UNHEARD_OF }, rowId: undefined };
  const grant = readGrant(row, appid);
  const slot = {
    key,
    generation: grant.generation,
    confirmation: readInteger(row, AT.confirmation),
    usedAt: findInteger(row, AT.used_at),
    grant,
  };
  return { slot, rowId: readInteger(row, AT.rowid) };
}

const SAVE = `
  UPDATE grants SET confirmation = ?, used_at = ? WHERE appid = ? AND openid = ? AND scene = ? AND generation = ?`;

/** Its last generation is there. */
export function saveSlot(file: SqliteFile, { key, ...slot }: SlotRow): void {
  const { appid, openid, scene } = key;
  file
    .prepare(SAVE)
    .run(slot.confirmation, orNull(slot.usedAt), appid, openid, scene, slot.generation);
}

const SET_USED = `
  UPDATE grants SET used_at = max(coalesce(used_at, 0), ?1)
  WHERE appid = ?2 AND openid = ?3 AND scene = ?4 AND generation = (
    SELECT generation FROM grants WHERE appid = ?2 AND openid = ?3 AND scene = ?4
    ORDER BY generation DESC LIMIT 1)`;

/** A send used the slot's grant at the platform, or may have. */
export function saveUse(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  usedAt: EpochMs,
): void {
  file.prepare(SET_USED).run(usedAt, appid, openid, scene);
}
