import type { AccountRecord } from "./records.ts";

/** Accounts remembered; beyond that all are forgotten and read again. */
const ACCOUNTS_MAX = 10_000;

/** How long an account is believed that another process may change. */
export interface AccountLife {
  readonly ms: number;
  readonly monotonic: () => number;
}

interface KnownAccount {
  readonly account: AccountRecord;
  readonly readAt: number;
}

/**
 * Accounts by their codes as they were last read, so that a visit need not ask the database who it is for. A change made
 * through `change` is seen at once; one made by another process when the account's life is over.
 */
export class KnownAccounts {
  readonly #read: (code: string) => Promise<AccountRecord | undefined>;
  readonly #life: AccountLife;
  #known = new Map<string, KnownAccount>();

  /** Without a life only this process changes accounts. */
  constructor(
    read: (code: string) => Promise<AccountRecord | undefined>,
    life: AccountLife = FOR_EVER,
  ) {
    this.#read = read;
    this.#life = life;
  }

  async find(code: string): Promise<AccountRecord | undefined> {
    const now = this.#life.monotonic();
    const known = this.#known.get(code);
    if (known !== undefined && now < known.readAt + this.#life.ms) return known.account;
    // A change that ends before the answer comes has put another map in the place of this one.
    const asked = this.#known;
    const account = await this.#read(code);
    if (asked.size >= ACCOUNTS_MAX) asked.clear();
    if (account !== undefined) asked.set(code, { account, readAt: now });
    return account;
  }

  /** Writes, and believes nothing any more that was read before the writing ended. */
  async change<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } finally {
      this.#known = new Map();
    }
  }
}

const FOR_EVER: AccountLife = { ms: Infinity, monotonic: () => 0 };
