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
import { confirmGrant } from "./confirm-grant.ts";
import type { Grant, GrantFacts, GrantState } from "./grant.ts";

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
  /** At which instant. */
  readonly now: EpochMs;
}

/** WeChat's own ledger of grants. Methods that write are called inside a commit. */
export class Ledger {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(slot: Slot, now: EpochMs): Grant | undefined {
    const row = this.#file
      .prepare("SELECT * FROM grants WHERE appid = ? AND openid = ? AND scene = ?")
      .get(slot.appid, slot.openid, slot.scene);
    return row && readGrant(row, now);
  }

  /** The scenes, ascending, for which this person has an open grant under this account; at most `limit`. */
  listOpenScenes(
    appid: AppId,
    openid: OpenId,
    { now, limit }: { readonly now: EpochMs; readonly limit: number },
  ): readonly number[] {
    return this.#file
      .prepare(
        `SELECT scene FROM grants WHERE appid = :appid AND openid = :openid AND state = 'granted'
           AND (expires_at IS NULL OR expires_at > :now) ORDER BY scene LIMIT :limit`,
      )
      .all({ appid, openid, now, limit })
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
        ...readGrant(row, query.now),
        id: readInteger(row, "id"),
        person: readText(row, "person"),
      }));
  }

  /** Opens a grant that lives so long, or without end. */
  confirm(slot: Slot, now: EpochMs, lifeMs: number | undefined): void {
    this.#put(slot, confirmGrant(this.find(slot, now), now, lifeMs));
  }

  /** Revokes a grant that is open; anything else stays as it is. */
  revoke(slot: Slot, now: EpochMs): void {
    const grant = this.find(slot, now);
    if (grant?.state === "granted") this.#put(slot, { ...grant, state: "revoked", revokedAt: now });
  }

  /** Spends the grant for a message, if one is open, and answers whether one was: of two callers, one hears yes. */
  spend({ appid, openid, scene }: Slot, messageId: number, now: EpochMs): boolean {
    const { changes } = this.#file
      .prepare(
        `UPDATE grants SET state = 'spent', spent_at = ?1, message_id = ?2
         WHERE appid = ?3 AND openid = ?4 AND scene = ?5 AND state = 'granted' AND (expires_at IS NULL OR expires_at > ?1)`,
      )
      .run(now, messageId, appid, openid, scene);
    return changes === 1;
  }

  #put(slot: Slot, facts: GrantFacts): void {
    this.#file
      .prepare(
        `INSERT INTO grants (appid, openid, scene, state, generation, granted_at, expires_at, spent_at, revoked_at, message_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET state = excluded.state, generation = excluded.generation,
           granted_at = excluded.granted_at, expires_at = excluded.expires_at, spent_at = excluded.spent_at,
           revoked_at = excluded.revoked_at, message_id = excluded.message_id`,
      )
      .run(
        ...bind(
          slot.appid,
          slot.openid,
          slot.scene,
          facts.state,
          facts.generation,
          facts.grantedAt,
          facts.expiresAt,
          facts.spentAt,
          facts.revokedAt,
          facts.messageId,
        ),
      );
  }
}

function readGrant(row: Row, now: EpochMs): Grant {
  const expiresAt = findInteger(row, "expires_at");
  return {
    appid: readIdentifier(row, "appid", parseAppId),
    openid: readIdentifier(row, "openid", parseOpenId),
    scene: readScene(row, "scene"),
    state: readState(row, expiresAt, now),
    generation: readInteger(row, "generation"),
    grantedAt: readInteger(row, "granted_at"),
    expiresAt,
    spentAt: findInteger(row, "spent_at"),
    revokedAt: findInteger(row, "revoked_at"),
    messageId: findInteger(row, "message_id"),
  };
}

/** Nothing is written when a grant expires. */
function readState(row: Row, expiresAt: EpochMs | undefined, now: EpochMs): GrantState {
  const state = readWord(row, "state", ["granted", "spent", "revoked"]);
  return state === "granted" && expiresAt !== undefined && now >= expiresAt ? "expired" : state;
}
