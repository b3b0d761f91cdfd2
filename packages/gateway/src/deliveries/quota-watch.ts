import type { EpochMs, World } from "@yici/runtime";
import type { AccountRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { TokenSources } from "../wechat/token-sources.ts";
import type { WechatClient } from "../wechat/wechat-client.ts";
import { isPaused } from "./account-state.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** What the watch stands on. */
export interface QuotaGround {
  readonly store: Pick<Store, "listAccounts" | "findAccountState" | "resumeAccount">;
  readonly world: Pick<World, "now" | "monotonic" | "log">;
  readonly client: Pick<WechatClient, "askQuota">;
  readonly tokens: Pick<TokenSources, "of">;
  readonly policy: Pick<RetryPolicy, "quotaWatchMs">;
  /** How long one question may take. */
  readonly askMs: number;
  readonly signal: AbortSignal;
}

/** The day's quota of sends is used up (facts 3.6). */
const QUOTA_EXHAUSTED = 45009;

/**
 * A day's quota may be raised, or cleared by an operator in WeChat's console, before the platform's midnight: now and
 * then the platform is asked about each account that stands still for want of it, and one with something left goes on.
 */
export class QuotaWatch {
  readonly #ground: QuotaGround;
  #lookedAt: EpochMs = -Infinity;
  #pending: Promise<void> | undefined;

  constructor(ground: QuotaGround) {
    this.#ground = ground;
  }

  /** Looks if it is time to; comes back at once. */
  look(): void {
    const { world, policy, signal } = this.#ground;
    if (this.#pending !== undefined || signal.aborted) return;
    if (world.now() < this.#lookedAt + policy.quotaWatchMs) return;
    this.#lookedAt = world.now();
    this.#pending = this.#lookAtAll().finally(() => (this.#pending = undefined));
  }

  /** Resolves when no question is under way. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  async #lookAtAll(): Promise<void> {
    const { store, world } = this.#ground;
    try {
      for (const account of await store.listAccounts()) await this.#lookAt(account);
    } catch (error) {
      world.log.warn({ err: error }, "The quota of paused accounts could not be looked at.");
    }
  }

  async #lookAt(account: AccountRecord): Promise<void> {
    const { store, world } = this.#ground;
    const { appid } = account;
    if (!(await this.#isWaiting(appid))) return;
    const remain = await this.#askRemain(account);
    if (remain === undefined || remain <= 0 || !(await this.#isWaiting(appid))) return;
    world.log.info({ appid, remain }, "WeChat says that quota is left: the account goes on.");
    await store.resumeAccount(appid, world.now());
  }

  /** Whether the account has stood still for want of quota for a while. */
  async #isWaiting(appid: AccountRecord["appid"]): Promise<boolean> {
    const { store, world, policy } = this.#ground;
    const state = await store.findAccountState(appid);
    const now = world.now();
    const { pause } = state;
    return (
      pause?.errcode === QUOTA_EXHAUSTED &&
      isPaused(state, now) &&
      now >= pause.pausedAt + policy.quotaWatchMs
    );
  }

  /** A paused account is asked no new token for: without one at hand there is no asking. */
  async #askRemain(account: AccountRecord): Promise<number | undefined> {
    const { client, tokens, world, askMs, signal } = this.#ground;
    const answer = await tokens.of(account.appid).current();
    if (answer.kind !== "token") return undefined;
    const limits = { deadlineAt: world.monotonic() + askMs, signal };
    const accessToken = answer.token.value;
    const reply = await client.askQuota({ account, accessToken, limits });
    return reply.kind === "quota" ? reply.remain : undefined;
  }
}
