import { type AppId, parseAppId, parseTemplateId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import { Memo } from "../store/memo.ts";
import { type Row, readIdentifier, readInteger, readText, readWord } from "../store/row.ts";
import type { Account } from "./account.ts";

/** The accounts this platform knows. Methods that write are called inside a commit. */
export class Accounts {
  readonly #file: SqliteFile;
  readonly #memo = new Memo<Account>(LIMITS.accountsMax);

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(appid: string): Account | undefined {
    return this.#memo.recall(appid, () => {
      const row = this.#file.prepare("SELECT * FROM accounts WHERE appid = ?").get(appid);
      return row && readAccount(row);
    });
  }

  /** In the order in which they were added. */
  list(): readonly Account[] {
    return this.#file.prepare("SELECT * FROM accounts ORDER BY rowid").all().map(readAccount);
  }

  /** Whether the secret belongs to an account, but not to this one. */
  isSecretOfAnother(appid: string, secret: string): boolean {
    const row = this.#file
      .prepare("SELECT 1 FROM accounts WHERE secret = ? AND appid <> ?")
      .get(secret, appid);
    return row !== undefined;
  }

  add(account: Account): void {
    this.#file
      .prepare(
        `INSERT INTO accounts (secret, name, kind, is_certified, template_id, business_domains, oauth_domains,
           domain_verification, bound_miniprograms, quotas, standing, is_secret_frozen, ip_whitelist,
           domains_without_icp, created_at, appid)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...listValues(account));
  }

  replace(account: Account): void {
    this.forget();
    this.#file
      .prepare(
        `UPDATE accounts SET secret = ?, name = ?, kind = ?, is_certified = ?, template_id = ?, business_domains = ?,
           oauth_domains = ?, domain_verification = ?, bound_miniprograms = ?, quotas = ?, standing = ?,
           is_secret_frozen = ?, ip_whitelist = ?, domains_without_icp = ?, created_at = ? WHERE appid = ?`,
      )
      .run(...listValues(account));
  }

  /** Forgets what memory holds. */
  forget(): void {
    this.#memo.forget();
  }
}

type Values = readonly [...(string | number)[], appid: AppId];

function listValues(account: Account): Values {
  return [
    account.secret,
    account.name,
    account.kind,
    Number(account.isCertified),
    account.templateId,
    JSON.stringify(account.businessDomains),
    JSON.stringify(account.oauthDomains),
    JSON.stringify(account.domainVerification),
    JSON.stringify(account.boundMiniprograms),
    JSON.stringify(account.quotas),
    account.standing,
    Number(account.isSecretFrozen),
    JSON.stringify(account.ipWhitelist),
    JSON.stringify(account.domainsWithoutIcp),
    account.createdAt,
    account.appid,
  ];
}

function readAccount(row: Row): Account {
  return {
    appid: readIdentifier(row, "appid", parseAppId),
    secret: readText(row, "secret"),
    name: readText(row, "name"),
    kind: readWord(row, "kind", ["service", "subscription", "mobile_app", "test"]),
    isCertified: readInteger(row, "is_certified") === 1,
    templateId: readIdentifier(row, "template_id", parseTemplateId),
    standing: readWord(row, "standing", ["good", "capability_blocked", "restricted", "frozen"]),
    isSecretFrozen: readInteger(row, "is_secret_frozen") === 1,
    // These are written by this file alone.
    businessDomains: JSON.parse(readText(row, "business_domains")) as Account["businessDomains"],
    oauthDomains: JSON.parse(readText(row, "oauth_domains")) as Account["oauthDomains"],
    domainVerification: JSON.parse(
      readText(row, "domain_verification"),
    ) as Account["domainVerification"],
    boundMiniprograms: JSON.parse(
      readText(row, "bound_miniprograms"),
    ) as Account["boundMiniprograms"],
    quotas: JSON.parse(readText(row, "quotas")) as Account["quotas"],
    ipWhitelist: JSON.parse(readText(row, "ip_whitelist")) as Account["ipWhitelist"],
    domainsWithoutIcp: JSON.parse(
      readText(row, "domains_without_icp"),
    ) as Account["domainsWithoutIcp"],
    createdAt: readInteger(row, "created_at"),
  };
}
