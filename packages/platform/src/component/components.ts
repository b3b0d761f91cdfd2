import { type AppId, parseAppId } from "@yici/protocol";
import type { EpochMs, SqliteFile } from "@yici/runtime";
import { findInteger, readIdentifier, readInteger, readText, type Row } from "../store/row.ts";
import type { Authorization, Component } from "./component.ts";

/** The third-party platforms, and what accounts entrusted to them. Methods that write are called inside a commit. */
export class Components {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(appid: string): Component | undefined {
    const row = this.#file.prepare("SELECT * FROM components WHERE appid = ?").get(appid);
    return row && readComponent(row);
  }

  /** In the order in which they were added. */
  list(): readonly Component[] {
    return this.#file.prepare("SELECT * FROM components ORDER BY rowid").all().map(readComponent);
  }

  add(component: Component): void {
    this.#file
      .prepare(
        `INSERT INTO components (appid, secret, name, url, token, encoding_aes_key, ip_whitelist, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        component.appid,
        component.secret,
        component.name,
        component.url,
        component.token,
        component.encodingAesKey,
        JSON.stringify(component.ipWhitelist),
        component.createdAt,
      );
  }

  replace(component: Component): void {
    this.#file
      .prepare(
        `UPDATE components SET secret = ?, name = ?, url = ?, token = ?, encoding_aes_key = ?, ip_whitelist = ?
         WHERE appid = ?`,
      )
      .run(
        component.secret,
        component.name,
        component.url,
        component.token,
        component.encodingAesKey,
        JSON.stringify(component.ipWhitelist),
        component.appid,
      );
  }

  /** Removes it and what accounts entrusted to it. */
  remove(appid: AppId): void {
    this.#file.prepare("DELETE FROM component_authorizations WHERE component = ?").run(appid);
    this.#file.prepare("DELETE FROM components WHERE appid = ?").run(appid);
  }

  /** Also one that was taken back. */
  findAuthorization(component: string, appid: string): Authorization | undefined {
    const row = this.#file
      .prepare("SELECT * FROM component_authorizations WHERE component = ? AND appid = ?")
      .get(component, appid);
    return row && readAuthorization(row);
  }

  listAuthorizations(component: string): readonly Authorization[] {
    return this.#file
      .prepare("SELECT * FROM component_authorizations WHERE component = ? ORDER BY appid")
      .all(component)
      .map(readAuthorization);
  }

  /** What an account has entrusted and not taken back. */
  listEntrusted(appid: string): readonly Authorization[] {
    return this.#file
      .prepare(
        `SELECT * FROM component_authorizations WHERE appid = ? AND revoked_at IS NULL
         ORDER BY authorized_at, component`,
      )
      .all(appid)
      .map(readAuthorization);
  }

  putAuthorization(authorization: Omit<Authorization, "revokedAt">): void {
    this.#file
      .prepare(
        `INSERT OR REPLACE INTO component_authorizations (component, appid, permission_sets, refresh_token, authorized_at)
         VALUES (?, ?, ?, ?, ?)`,
      )
      .run(
        authorization.component,
        authorization.appid,
        JSON.stringify(authorization.permissionSets),
        authorization.refreshToken,
        authorization.authorizedAt,
      );
  }

  revokeAuthorization({ component, appid }: Authorization, now: EpochMs): void {
    this.#file
      .prepare(
        "UPDATE component_authorizations SET revoked_at = ? WHERE component = ? AND appid = ?",
      )
      .run(now, component, appid);
  }
}

function readComponent(row: Row): Component {
  return {
    appid: readIdentifier(row, "appid", parseAppId),
    secret: readText(row, "secret"),
    name: readText(row, "name"),
    url: readText(row, "url"),
    token: readText(row, "token"),
    encodingAesKey: readText(row, "encoding_aes_key"),
    // Written by this file alone, as are the permission sets below.
    ipWhitelist: JSON.parse(readText(row, "ip_whitelist")) as Component["ipWhitelist"],
    createdAt: readInteger(row, "created_at"),
  };
}

function readAuthorization(row: Row): Authorization {
  return {
    component: readIdentifier(row, "component", parseAppId),
    appid: readIdentifier(row, "appid", parseAppId),
    permissionSets: JSON.parse(readText(row, "permission_sets")) as Authorization["permissionSets"],
    refreshToken: readText(row, "refresh_token"),
    authorizedAt: readInteger(row, "authorized_at"),
    revokedAt: findInteger(row, "revoked_at"),
  };
}
