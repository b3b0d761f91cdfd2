import type { EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { SlotKey } from "../../../grants/grant.ts";
import type { Slot, SlotRow } from "../../rows.ts";
import { findInteger, orNull, readInteger } from "../row.ts";
import { readGrant } from "./grants.ts";

const SELECT = `
  SELECT s.generation AS last_generation, s.confirmation, s.used_at AS used_before, g.*,
    (SELECT max(used_at) FROM grants u WHERE u.appid = s.appid AND u.openid = s.openid AND u.scene = s.scene)
      AS used_lately
  FROM slots s LEFT JOIN grants g
    ON g.appid = s.appid AND g.openid = s.openid AND g.scene = s.scene AND g.generation = s.generation
  WHERE s.appid = ? AND s.openid = ? AND s.scene = ?`;

const UNHEARD_OF = { generation: 0, confirmation: 0, usedAt: undefined, grant: undefined };

/** The slot with its last generation; an empty one when nothing was ever heard of it. */
export function loadSlot(file: SqliteFile, { appid, openid, scene }: SlotKey): Slot {
  const key = { appid, openid, scene };
  const row = file.prepare(SELECT).get(appid, openid, scene);
  if (row === undefined) return { key, ...UNHEARD_OF };
  return {
    key,
    generation: readInteger(row, "last_generation"),
    confirmation: readInteger(row, "confirmation"),
    usedAt: findLater(findInteger(row, "used_before"), findInteger(row, "used_lately")),
    grant: row["generation"] === null ? undefined : readGrant(row),
  };
}

const UPSERT = `
  INSERT INTO slots (appid, openid, scene, generation, confirmation, used_at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    generation = excluded.generation, confirmation = excluded.confirmation, used_at = excluded.used_at`;

export function saveSlot(file: SqliteFile, slot: SlotRow): void {
  const { appid, openid, scene } = slot.key;
  file
    .prepare(UPSERT)
    .run(appid, openid, scene, slot.generation, slot.confirmation, orNull(slot.usedAt));
}

/** Kept with the slot's last grant, which is being written when a use is: the slot's row takes it up when it is saved. */
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

function findLater(one: EpochMs | undefined, other: EpochMs | undefined): EpochMs | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
