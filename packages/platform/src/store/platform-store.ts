import { type EpochMs, GroupCommit, SqliteFile, type World } from "@yici/runtime";
import { Accounts } from "../accounts/accounts.ts";
import { ComponentCredentials } from "../component/component-credentials.ts";
import { Components } from "../component/components.ts";
import { Ledger } from "../grants/ledger.ts";
import { Inbox } from "../inbox/inbox.ts";
import { EntryIds } from "../journal/entry-ids.ts";
import { Journal } from "../journal/journal.ts";
import { OAuthCodes } from "../oauth/oauth-codes.ts";
import { People } from "../people/people.ts";
import { PushSettingsBook } from "../push/push-settings-book.ts";
import { Usage } from "../quotas/usage.ts";
import type { ReadSnapshot } from "../snapshots/read-snapshot.ts";
import { type Snapshot, SNAPSHOT_FORMAT } from "../snapshots/snapshot.ts";
import { dumpTables, emptyTables, fillTables } from "../snapshots/tables.ts";
import { Tokens } from "../tokens/tokens.ts";
import { MIGRATIONS } from "./migrations.ts";
import { CLOCK_SETTING, FORM_KEY_SETTING, Settings } from "./settings.ts";

/** Everything that is durable, in one database. Reading is direct; writing happens inside `commit`. */
export class PlatformStore {
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly people: People;
  readonly ledger: Ledger;
  readonly tokens: Tokens;
  readonly oauthCodes: OAuthCodes;
  readonly usage: Usage;
  readonly inbox: Inbox;
  readonly journal: Journal;
  readonly pushSettings: PushSettingsBook;
  readonly components: Components;
  readonly componentCredentials: ComponentCredentials;
  readonly #file: SqliteFile;
  readonly #ids: EntryIds;
  readonly #group: GroupCommit;

  private constructor(file: SqliteFile, world: Pick<World, "defer">) {
    this.#file = file;
    this.#ids = new EntryIds(file);
    this.#group = new GroupCommit(file, world, {
      seal: () => this.usage.seal(),
      forget: () => this.#forget(),
    });
    this.settings = new Settings(file);
    this.accounts = new Accounts(file);
    this.people = new People(file);
    this.ledger = new Ledger(file);
    this.tokens = new Tokens(file);
    this.oauthCodes = new OAuthCodes(file);
    this.usage = new Usage(file);
    this.inbox = new Inbox(file, this.#ids);
    this.journal = new Journal(file, this.#ids);
    this.pushSettings = new PushSettingsBook(file);
    this.components = new Components(file);
    this.componentCredentials = new ComponentCredentials(file);
  }

  /** Opens, locks and migrates; throws `DatabaseError`. `path` is a file or `:memory:`. */
  static open(path: string, world: Pick<World, "now" | "defer">): PlatformStore {
    const file = SqliteFile.open({
      path,
      migrations: MIGRATIONS,
      now: world.now(),
      isSyncedApart: true,
    });
    return new PlatformStore(file, world);
  }

  /**
   * Runs `fact` with others in one transaction and resolves with its answer when that is on disk. A fact that throws has
   * changed nothing. It may run twice: it reads and writes this store and does nothing else.
   */
  commit<T>(fact: () => T): Promise<T> {
    return this.#group.commit(fact);
  }

  /** Removes everything but the settings. Called inside a commit. */
  clear(): void {
    for (const table of CLEARED_TABLES) this.#file.exec(`DELETE FROM ${table}`);
    this.#forget();
  }

  /** Whether nothing was ever put here. */
  isEmpty(): boolean {
    return this.accounts.list().length === 0 && this.people.count() === 0;
  }

  /** All that is here but what belongs to the installation. */
  takeSnapshot(now: EpochMs): Snapshot {
    this.usage.seal();
    const { settings, ...tables } = dumpTables(this.#file);
    const rows = settings?.rows.filter(([name]) => !INSTALLATION_SETTINGS.includes(String(name)));
    return {
      format: SNAPSHOT_FORMAT,
      version: MIGRATIONS.at(-1)?.version ?? 0,
      at: now,
      warning: "Holds the accounts' secrets and tokens: keep it as you keep those.",
      tables: { ...tables, settings: { columns: settings?.columns ?? [], rows: rows ?? [] } },
    };
  }

  /** Puts a snapshot in the place of all that is here. Called inside a commit. */
  restore({ tables }: ReadSnapshot): void {
    const own = INSTALLATION_SETTINGS.map((name) => ({ name, value: this.settings.find(name) }));
    emptyTables(this.#file);
    fillTables(this.#file, tables);
    this.#forget();
    for (const { name, value } of own) if (value !== undefined) this.settings.put(name, value);
  }

  /** Commits what was begun and lets go of the file. */
  close(): void {
    this.#group.close();
    this.#file.close();
  }

  #forget(): void {
    for (const remembering of [
      this.accounts,
      this.people,
      this.tokens,
      this.usage,
      this.#ids,
      this.pushSettings,
    ]) {
      remembering.forget();
    }
  }
}

/** What belongs to the installation and not to what was played on it. */
const INSTALLATION_SETTINGS: readonly string[] = [CLOCK_SETTING, FORM_KEY_SETTING];

/** In an order that references allow. */
const CLEARED_TABLES = [
  "journal",
  "push_settings",
  "component_credentials",
  "component_authorizations",
  "components",
  "messages",
  "usage",
  "forced_refreshes",
  "oauth_codes",
  "tokens",
  "grants",
  "openids",
  "people",
  "accounts",
] as const;
