import type { AppId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { ComponentRecord, PlatformAddress } from "../../records.ts";
import { findText, readInteger, readJson, readText, type Row } from "../row.ts";

const PUT = `
  INSERT INTO components (appid, platform, sealed_secret, sealed_push_token, sealed_push_key, created_at)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET platform = excluded.platform, sealed_secret = excluded.sealed_secret,
    sealed_push_token = excluded.sealed_push_token, sealed_push_key = excluded.sealed_push_key`;
const FIND = "SELECT * FROM components WHERE appid = ?";
const LIST = "SELECT * FROM components ORDER BY created_at, appid";
const SAVE_TICKET = "UPDATE components SET sealed_ticket = ? WHERE appid = ?";

/** Adds it, or replaces what is configured of it; a ticket it was given stays. */
export function putComponent(
  file: SqliteFile,
  component: Omit<ComponentRecord, "sealedTicket">,
): void {
  file
    .prepare(PUT)
    .run(
      component.appid,
      JSON.stringify(component.platform),
      component.sealedSecret,
      component.sealedPushToken,
      component.sealedPushKey,
      component.createdAt,
    );
}

export function findComponent(file: SqliteFile, appid: AppId): ComponentRecord | undefined {
  const row = file.prepare(FIND).get(appid);
  return row === undefined ? undefined : readComponent(row);
}

export function listComponents(file: SqliteFile): readonly ComponentRecord[] {
  return file.prepare(LIST).all().map(readComponent);
}

export function saveTicket(file: SqliteFile, appid: AppId, sealedTicket: string): void {
  file.prepare(SAVE_TICKET).run(sealedTicket, appid);
}

function readComponent(row: Row): ComponentRecord {
  return {
    appid: readText(row, "appid") as AppId,
    platform: readJson(row, "platform") as PlatformAddress,
    sealedSecret: readText(row, "sealed_secret"),
    sealedPushToken: readText(row, "sealed_push_token"),
    sealedPushKey: readText(row, "sealed_push_key"),
    sealedTicket: findText(row, "sealed_ticket"),
    createdAt: readInteger(row, "created_at"),
  };
}
