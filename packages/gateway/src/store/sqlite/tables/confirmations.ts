import type { SqliteFile } from "@yici/runtime";
import type { ConfirmEffect } from "../../../grants/confirm-slot.ts";
import type { Evidence, SlotKey } from "../../../grants/grant.ts";
import type { Confirmation, ConfirmationSource } from "../../ledger.ts";
import type { NumberedConfirmation } from "../../rows.ts";
import { readInteger, readText, type Row } from "../row.ts";

const INSERT = `
  INSERT INTO confirmations (appid, openid, scene, number, at, evidence, effect, generation, source_kind, source_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const PRUNE =
  "DELETE FROM confirmations WHERE appid = ? AND openid = ? AND scene = ? AND number <= ?";
const LIST = `
  SELECT * FROM confirmations WHERE appid = ? AND openid = ? AND scene = ? ORDER BY number DESC LIMIT ?`;

/** Adds to what was heard of a slot and drops what is more than `historyMax` confirmations ago. */
export function insertConfirmation(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  confirmation: NumberedConfirmation,
  historyMax: number,
): void {
  const { number, at, evidence, effect, generation, source } = confirmation;
  file
    .prepare(INSERT)
    .run(appid, openid, scene, number, at, evidence, effect, generation, source.kind, source.id);
  if (number > historyMax) file.prepare(PRUNE).run(appid, openid, scene, number - historyMax);
}

/** The newest confirmations of a slot, newest first. */
export function listConfirmations(
  file: SqliteFile,
  { appid, openid, scene }: SlotKey,
  limit: number,
): readonly Confirmation[] {
  return file.prepare(LIST).all(appid, openid, scene, limit).map(readConfirmation);
}

function readConfirmation(row: Row): Confirmation {
  return {
    at: readInteger(row, "at"),
    evidence: readText(row, "evidence") as Evidence,
    effect: readText(row, "effect") as ConfirmEffect,
    generation: readInteger(row, "generation"),
    source: {
      kind: readText(row, "source_kind") as ConfirmationSource["kind"],
      id: readText(row, "source_id"),
    },
  };
}
