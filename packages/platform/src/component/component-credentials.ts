import { type AppId, parseAppId } from "@yici/protocol";
import type { EpochMs, SqliteFile, World } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import {
  bind,
  findInteger,
  findText,
  readIdentifier,
  readInteger,
  readText,
  type Row,
} from "../store/row.ts";

/** What a component is given in the course of an authorization. */
export type CredentialKind =
  | "ticket"
  | "access_token"
  | "pre_auth_code"
  | "authorization_code"
  | "authorizer_token";

/** One of them. */
export interface ComponentCredential {
  readonly value: string;
  readonly component: AppId;
  readonly kind: CredentialKind;
  /** The account it is about; absent where it is about the component alone. */
  readonly appid: AppId | undefined;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** When it was used up, or revoked. */
  readonly endedAt: EpochMs | undefined;
}

/** How each looks and how long it lives (facts 7; ten minutes for the authorization code). */
const FORMS: Readonly<
  Record<CredentialKind, { readonly prefix: string; readonly lifeMs: number }>
> = {
  ticket: { prefix: "ticket@@@", lifeMs: 43_200_000 },
  access_token: { prefix: "90_", lifeMs: 7_200_000 },
  pre_auth_code: { prefix: "preauthcode@@@", lifeMs: 1_800_000 },
  authorization_code: { prefix: "queryauthcode@@@", lifeMs: 600_000 },
  authorizer_token: { prefix: "90_", lifeMs: 7_200_000 },
};

/** The size of an access token's random part. */
const RANDOM_BYTES = 102;

/** Tickets, tokens and codes of the third-party platforms. Methods that write are called inside a commit. */
export class ComponentCredentials {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  /** The credential of this kind and component. */
  find(kind: CredentialKind, component: string, value: string): ComponentCredential | undefined {
    const row = this.#file
      .prepare("SELECT * FROM component_credentials WHERE value = ? AND kind = ? AND component = ?")
      .get(value, kind, component);
    return row && readCredential(row, kind);
  }

  /** Makes a new one. */
  issue(
    kind: CredentialKind,
    { component, appid }: { readonly component: AppId; readonly appid?: AppId },
    world: Pick<World, "randomBytes"> & { now(): EpochMs },
  ): ComponentCredential {
    const { prefix, lifeMs } = FORMS[kind];
    const issuedAt = world.now();
    const value = `${prefix}${world.randomBytes(RANDOM_BYTES).toString("base64url")}`;
    const expiresAt = issuedAt + lifeMs;
    const { lastInsertRowid } = this.#file
      .prepare(
        `INSERT INTO component_credentials (value, component, kind, appid, issued_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(...bind(value, component, kind, appid, issuedAt, expiresAt));
    this.#file
      .prepare("DELETE FROM component_credentials WHERE id <= ?")
      .run(Number(lastInsertRowid) - LIMITS.componentCredentialsMax);
    return { value, component, kind, appid, issuedAt, expiresAt, endedAt: undefined };
  }

  /** Removes all of a component. */
  remove(component: AppId): void {
    this.#file.prepare("DELETE FROM component_credentials WHERE component = ?").run(component);
  }

  end({ value }: ComponentCredential, now: EpochMs): void {
    this.#file
      .prepare("UPDATE component_credentials SET ended_at = ? WHERE value = ?")
      .run(now, value);
  }
}

function readCredential(row: Row, kind: CredentialKind): ComponentCredential {
  return {
    value: readText(row, "value"),
    component: readIdentifier(row, "component", parseAppId),
    kind,
    appid: parseAppId(findText(row, "appid") ?? ""),
    issuedAt: readInteger(row, "issued_at"),
    expiresAt: readInteger(row, "expires_at"),
    endedAt: findInteger(row, "ended_at"),
  };
}
