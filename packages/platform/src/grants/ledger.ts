import { type AppId, type OpenId, parseAppId, parseOpenId, type Scene } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import {
  bind,
  findInteger,
  type Row,
  readInteger,
  readText,
  readIdentifier,
  readScene,
  readWord,
} from "../store/row.ts";
import { confirmGrant, type GrantState } from "./confirm-grant.ts";
import type { Grant } from "./grant.ts";
import { spendGrant } from "./spend-grant.ts";

/** Where at most one grant is open. */
export interface Slot {
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly scene: Scene;
}

/** A grant with the person it belongs to and its place in the ledger. */
export interface GrantLine extends Grant {
  /** Ascending in the order in which the ledger's lines were opened. */
  readonly id: number;
  readonly person: string;
}

/** Which lines to list; what is absent does not restrict. */
export interface LedgerQuery {
  readonly appid: string | undefined;
  readonly person: string | undefined;
  readonly scene: number | undefined;
  readonly after: number;
  readonly limit: number;
}

/** WeChat's own ledger of grants. Methods that write are called inside a commit. */
export class Ledger {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(slot: Slot): Grant | undefined {
    const row = this.#file
      .prepare("SELECT * FROM grants WHERE appid = ? AND openid = ? AND scene = ?")
      .get(slot.appid, slot.openid, slot.scene);
    return row && readGrant(row);
  }

  /** The scenes, ascending, for which this person has an open grant under this account; at most `limit`. */
  listOpenScenes(appid: AppId, openid: OpenId, limit: number): readonly number[] {
    return this.#file
      .prepare(
        "SELECT scene FROM grants WHERE appid = ? AND openid = ? AND state = 'granted' ORDER BY scene LIMIT ?",
      )
      .all(appid, openid, limit)
      .map((row) => readInteger(row, "scene"));
  }

  list(query: LedgerQuery): readonly GrantLine[] {
    return this.#file
      .prepare(
        `SELECT grants.*, openids.person FROM grants JOIN openids USING (appid, openid)
         WHERE grants.id > :after AND appid = coalesce(:appid, appid) AND person = coalesce(:person, person)
           AND scene = coalesce(:scene, scene) ORDER BY grants.id LIMIT :limit`,
      )
      .all({
        after: query.after,
        appid: query.appid ?? null,
        person: query.person ?? null,
        scene: query.scene ?? null,
        limit: query.limit,
      })
      .map((row) => ({
        ...readGrant(row),
        id: readInteger(row, "id"),
        person: readText(row, "person"),
      }));
  }

  confirm(slot: Slot, now: EpochMs): void {
    this.#put(slot, confirmGrant(this.find(slot), now));
  }

  /** Spends an open grant for a message. */
  spend(grant: Grant, messageId: number, now: EpochMs): void {
    this.#put(grant, spendGrant(grant, messageId, now));
  }

  #put(slot: Slot, state: GrantState): void {
    this.#file
      .prepare(
        `INSERT INTO grants (appid, openid, scene, state, generation, granted_at, spent_at, message_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET state = excluded.state, generation = excluded.generation,
           granted_at = excluded.granted_at, spent_at = excluded.spent_at, message_id = excluded.message_id`,
      )
      .run(
        ...bind(
          slot.appid,
          slot.openid,
          slot.scene,
          state.state,
          state.generation,
          state.grantedAt,
          state.spentAt,
          state.messageId,
        ),
      );
  }
}

function readGrant(row: Row): Grant {
  return {
    appid: readIdentifier(row, "appid", parseAppId),
    openid: readIdentifier(row, "openid", parseOpenId),
    scene: readScene(row, "scene"),
    state: readWord(row, "state", ["granted", "spent"]),
    generation: readInteger(row, "generation"),
    grantedAt: readInteger(row, "granted_at"),
    spentAt: findInteger(row, "spent_at"),
    messageId: findInteger(row, "message_id"),
  };
}
