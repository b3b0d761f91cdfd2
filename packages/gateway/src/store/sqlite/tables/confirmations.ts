import type { SqliteFile } from "@yici/runtime";
import type { ConfirmEffect } from "../../../grants/confirm-slot.ts";
import type { Evidence, SlotKey } from "../../../grants/grant.ts";
import type { Confirmation, ConfirmationSource } from "../../ledger.ts";
import { readInteger, readJson, type Row } from "../row.ts";

/** A confirmation as the grant that it met holds it. */
type Heard = readonly [
  at: number,
  evidence: Evidence,
  effect: ConfirmEffect,
  sourceKind: ConfirmationSource["kind"],
  sourceId: string,
];

/** The first one is written without reading any JSON. */
const ADD = `
  UPDATE grants SET heard = CASE
    WHEN heard = '[]' THEN '[' || ?6 || ']'
    WHEN json_array_length(heard) < ?5 THEN json_insert(heard, '$[#]', json(?6))
    ELSE json_insert(json_remove(heard, '$[0]'), '$[#]', json(?6))
  END
  WHERE appid = ?1 AND openid = ?2 AND scene = ?3 AND generation = ?4`;
const LIST = `
  SELECT generation, heard FROM grants WHERE appid = ? AND openid = ? AND scene = ?
  ORDER BY generation DESC LIMIT ?`;

/** Adds to what was heard of a slot, beside the grant that the confirmation met. A grant keeps the last `historyMax`. */
export function insertConfirmation(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  confirmation: Confirmation,
  historyMax: number,
): void {
  const { generation } = confirmation;
  const heard = JSON.stringify(heardOf(confirmation));
  file.prepare(ADD).run(appid, openid, scene, generation, historyMax, heard);
}

/** What a new grant's row says that was heard of its slot. */
export function writeFirstHeard(confirmation: Confirmation | undefined): string {
  return JSON.stringify(confirmation === undefined ? [] : [heardOf(confirmation)]);
}

function heardOf({ at, evidence, effect, source }: Confirmation): Heard {
  return [at, evidence, effect, source.kind, source.id];
}

/** The newest confirmations of a slot, newest first. */
export function listConfirmations(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  limit: number,
): readonly Confirmation[] {
  const rows = file.prepare(LIST).all(appid, openid, scene, limit);
  return rows.flatMap(readConfirmations).slice(0, limit);
}

function readConfirmations(row: Row): readonly Confirmation[] {
  const generation = readInteger(row, "generation");
  const heard = readJson(row, "heard") as readonly Heard[];
  return heard
    .map(([at, evidence, effect, kind, id]) => {
      return { at, evidence, effect, generation, source: { kind, id } };
    })
    .toReversed();
}
