import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type {
  AccountRecord,
  ComponentRecord,
  KeyRecord,
  LinkRecord,
  Records,
  StoredToken,
  TokenClaim,
} from "../records.ts";
import type { Committer } from "./committer.ts";
import * as accounts from "./tables/accounts.ts";
import * as components from "./tables/components.ts";
import { findKeyByHash, insertKey, listKeys, revokeKey } from "./tables/keys.ts";
import { findLink, insertLink, listLinks } from "./tables/links.ts";
import { findSetting, saveSetting } from "./tables/settings.ts";
import { claimToken, findToken, replaceToken } from "./tables/tokens.ts";

/** What operators configure, and the tokens, in their tables. */
export class SqliteRecords implements Records {
  readonly #file: SqliteFile;
  readonly #committer: Committer;

  constructor(file: SqliteFile, committer: Committer) {
    this.#file = file;
    this.#committer = committer;
  }

  addAccount(account: AccountRecord): Promise<boolean> {
    return this.#committer.write(() => {
      this.#committer.rows.agenda.touch(account.appid);
      return accounts.insertAccount(this.#file, account);
    });
  }

  replaceAccount(account: AccountRecord): Promise<boolean> {
    return this.#committer.write(() => accounts.updateAccount(this.#file, account));
  }

  async findAccount(appid: AppId): Promise<AccountRecord | undefined> {
    return accounts.findAccount(this.#file, appid);
  }

  async findAccountByCode(code: string): Promise<AccountRecord | undefined> {
    return accounts.findAccountByCode(this.#file, code);
  }

  async listAccounts(): Promise<readonly AccountRecord[]> {
    return accounts.listAccounts(this.#file);
  }

  addLink(link: LinkRecord): Promise<void> {
    return this.#committer.write(() => insertLink(this.#file, link));
  }

  async findLink(appid: AppId, linkId: string): Promise<LinkRecord | undefined> {
    return findLink(this.#file, appid, linkId);
  }

  async listLinks(appid: AppId): Promise<readonly LinkRecord[]> {
    return listLinks(this.#file, appid);
  }

  addKey(key: KeyRecord): Promise<void> {
    return this.#committer.write(() => insertKey(this.#file, key));
  }

  async findKeyByHash(hash: string): Promise<KeyRecord | undefined> {
    return findKeyByHash(this.#file, hash);
  }

  async listKeys(): Promise<readonly KeyRecord[]> {
    return listKeys(this.#file);
  }

  revokeKey(keyId: string, now: EpochMs): Promise<boolean> {
    return this.#committer.write(() => revokeKey(this.#file, keyId, now));
  }

  putComponent(component: Omit<ComponentRecord, "sealedTicket">): Promise<void> {
    return this.#committer.write(() => components.putComponent(this.#file, component));
  }

  async findComponent(appid: AppId): Promise<ComponentRecord | undefined> {
    return components.findComponent(this.#file, appid);
  }

  async listComponents(): Promise<readonly ComponentRecord[]> {
    return components.listComponents(this.#file);
  }

  saveTicket(appid: AppId, sealedTicket: string): Promise<void> {
    return this.#committer.write(() => components.saveTicket(this.#file, appid, sealedTicket));
  }

  async findSetting(name: string): Promise<string | undefined> {
    return findSetting(this.#file, name);
  }

  putSetting(name: string, value: string): Promise<void> {
    return this.#committer.write(() => saveSetting(this.#file, name, value));
  }

  async findToken(appid: AppId): Promise<StoredToken | undefined> {
    return findToken(this.#file, appid);
  }

  claimToken(appid: AppId, claim: TokenClaim): Promise<boolean> {
    return this.#committer.write(() => claimToken(this.#file, appid, claim));
  }

  replaceToken(
    appid: AppId,
    expectedVersion: number,
    sealed: string,
    expiresAt: EpochMs,
  ): Promise<StoredToken> {
    const fresh = { sealed, expiresAt };
    return this.#committer.write(() => replaceToken(this.#file, appid, expectedVersion, fresh));
  }
}
