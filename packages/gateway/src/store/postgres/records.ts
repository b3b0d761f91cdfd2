import type { AppId, EpochMs } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { KnownAccounts } from "../known-accounts.ts";
import type {
  AccountRecord,
  ComponentRecord,
  KeyRecord,
  LinkRecord,
  Records,
  StoredToken,
  TokenClaim,
} from "../records.ts";
import type { Database, Parameter } from "./database.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";
import { fromJson, fromRow, type Row, toJson } from "./row.ts";
import { STATEMENTS } from "./statements.ts";

/** What operators configure, in its tables. */
export class PostgresRecords implements Records {
  readonly #database: Database;
  readonly #accounts: KnownAccounts;

  constructor(database: Database, world: Pick<World, "monotonic">) {
    this.#database = database;
    this.#accounts = new KnownAccounts(
      async (code) => (await this.#readAccounts(STATEMENTS.findAccountByCode, code))[0],
      { ms: POSTGRES_LIMITS.accountLifeMs, monotonic: () => world.monotonic() },
    );
  }

  async addAccount(account: AccountRecord): Promise<boolean> {
    const added = await this.#database.write(STATEMENTS.addAccount, writeAccount(account));
    return added.length === 1;
  }

  async replaceAccount(account: AccountRecord): Promise<boolean> {
    const replaced = await this.#accounts.change(() =>
      this.#database.write(STATEMENTS.replaceAccount, writeAccount(account)),
    );
    return replaced.length === 1;
  }

  async findAccount(appid: AppId): Promise<AccountRecord | undefined> {
    return (await this.#readAccounts(STATEMENTS.findAccount, appid))[0];
  }

  findAccountByCode(code: string): Promise<AccountRecord | undefined> {
    return this.#accounts.find(code);
  }

  listAccounts(): Promise<readonly AccountRecord[]> {
    return this.#readAccounts(STATEMENTS.listAccounts);
  }

  async addLink({ appid, linkId, scene, title, createdAt }: LinkRecord): Promise<void> {
    await this.#database.write(STATEMENTS.addLink, [appid, linkId, scene, title, createdAt]);
  }

  async findLink(appid: AppId, linkId: string): Promise<LinkRecord | undefined> {
    const [row] = await this.#database.read(STATEMENTS.findLink, [appid, linkId]);
    return row === undefined ? undefined : readLink(row);
  }

  async listLinks(appid: AppId): Promise<readonly LinkRecord[]> {
    return (await this.#database.read(STATEMENTS.listLinks, [appid])).map(readLink);
  }

  async addKey({ keyId, hash, principal, rights, ...at }: KeyRecord): Promise<void> {
    const times = [at.createdAt, at.revokedAt ?? null];
    const values = [keyId, hash, principal, toJson(rights), ...times];
    await this.#database.write(STATEMENTS.addKey, values);
  }

  async findKeyByHash(hash: string): Promise<KeyRecord | undefined> {
    const [row] = await this.#database.read(STATEMENTS.findKeyByHash, [hash]);
    return row === undefined ? undefined : readKey(row);
  }

  async listKeys(): Promise<readonly KeyRecord[]> {
    return (await this.#database.read(STATEMENTS.listKeys)).map(readKey);
  }

  async revokeKey(keyId: string, now: EpochMs): Promise<boolean> {
    return (await this.#database.write(STATEMENTS.revokeKey, [keyId, now])).length === 1;
  }

  async putComponent(component: Omit<ComponentRecord, "sealedTicket">): Promise<void> {
    await this.#database.write(STATEMENTS.putComponent, [
      component.appid,
      toJson(component.platform),
      component.sealedSecret,
      component.sealedPushToken,
      component.sealedPushKey,
      component.createdAt,
    ]);
  }

  async findComponent(appid: AppId): Promise<ComponentRecord | undefined> {
    const [row] = await this.#database.read(STATEMENTS.findComponent, [appid]);
    return row === undefined ? undefined : readComponent(row);
  }

  async listComponents(): Promise<readonly ComponentRecord[]> {
    return (await this.#database.read(STATEMENTS.listComponents)).map(readComponent);
  }

  async saveTicket(appid: AppId, sealedTicket: string): Promise<void> {
    await this.#database.write(STATEMENTS.saveTicket, [appid, sealedTicket]);
  }

  async findToken(appid: AppId): Promise<StoredToken | undefined> {
    const [row] = await this.#database.read(STATEMENTS.findToken, [appid]);
    return row === undefined ? undefined : readToken(row);
  }

  async claimToken(appid: AppId, { version, by, now, until }: TokenClaim): Promise<boolean> {
    const parameters = [appid, version, by, until, now];
    return (await this.#database.write(STATEMENTS.claimToken, parameters)).length === 1;
  }

  async replaceToken(
    appid: AppId,
    expectedVersion: number,
    sealed: string,
    expiresAt: EpochMs,
  ): Promise<StoredToken> {
    const parameters = [appid, expectedVersion, sealed, expiresAt];
    const [row] = await this.#database.write(STATEMENTS.replaceToken, parameters);
    if (row !== undefined) return readToken(row);
    const current = await this.findToken(appid);
    return current ?? this.replaceToken(appid, expectedVersion, sealed, expiresAt);
  }

  async findSetting(name: string): Promise<string | undefined> {
    const [row] = await this.#database.read(STATEMENTS.findSetting, [name]);
    return row === undefined ? undefined : String(row["value"]);
  }

  async putSetting(name: string, value: string): Promise<void> {
    await this.#database.write(STATEMENTS.putSetting, [name, value]);
  }

  async #readAccounts(
    statement: string,
    ...parameters: readonly Parameter[]
  ): Promise<readonly AccountRecord[]> {
    const rows = await this.#database.read(statement, parameters);
    return rows.map(({ record }) => fromJson(record) as AccountRecord);
  }
}

function writeAccount(account: AccountRecord): readonly Parameter[] {
  return [account.appid, account.code, account.createdAt, toJson(account)];
}

function readLink(row: Row): LinkRecord {
  return fromRow(row) as unknown as LinkRecord;
}

function readKey(row: Row): KeyRecord {
  return fromRow(row) as unknown as KeyRecord;
}

function readComponent(row: Row): ComponentRecord {
  return fromRow(row) as unknown as ComponentRecord;
}

function readToken(row: Row): StoredToken {
  return fromRow(row) as unknown as StoredToken;
}
