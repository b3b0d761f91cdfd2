import type { AppId, Scene } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { LinkRecord } from "../../records.ts";
import { readInteger, readText, type Row } from "../row.ts";

const INSERT =
  "INSERT INTO links (appid, link_id, scene, title, created_at) VALUES (?, ?, ?, ?, ?)";
const FIND = "SELECT * FROM links WHERE appid = ? AND link_id = ?";
const LIST = "SELECT * FROM links WHERE appid = ? ORDER BY created_at, link_id";

export function insertLink(file: SqliteFile, link: LinkRecord): void {
  file.prepare(INSERT).run(link.appid, link.linkId, link.scene, link.title, link.createdAt);
}

export function findLink(file: SqliteFile, appid: AppId, linkId: string): LinkRecord | undefined {
  const row = file.prepare(FIND).get(appid, linkId);
  return row === undefined ? undefined : readLink(row);
}

/** An account's links, oldest first. */
export function listLinks(file: SqliteFile, appid: AppId): readonly LinkRecord[] {
  return file.prepare(LIST).all(appid).map(readLink);
}

function readLink(row: Row): LinkRecord {
  return {
    appid: readText(row, "appid") as AppId,
    linkId: readText(row, "link_id"),
    scene: readInteger(row, "scene") as Scene,
    title: readText(row, "title"),
    createdAt: readInteger(row, "created_at"),
  };
}
