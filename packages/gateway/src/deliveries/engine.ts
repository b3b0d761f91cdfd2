import { setMaxListeners } from "node:events";
import type { EpochMs, World } from "@yici/runtime";
import type { Sealer } from "../secrets/sealer.ts";
import type { Store } from "../store/store.ts";
import { TokenSources } from "../wechat/token-sources.ts";
import { createWechatClient } from "../wechat/wechat-client.ts";
import type { WechatClient } from "../wechat/wechat-client.ts";
import { Bell } from "./bell.ts";
import { countFailureWait, ENGINE_LIMITS } from "./engine-limits.ts";
import type { EngineLimits } from "./engine-limits.ts";
import { Lanes } from "./lanes.ts";
import { QuotaWatch } from "./quota-watch.ts";
import { RETRY_POLICY } from "./retry-policy.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { Turns } from "./turns.ts";

/** What the engine stands on. */
export interface EngineParts {
  readonly store: Store;
  readonly world: World;
  readonly sealer: Sealer;
  /** Default {@link RETRY_POLICY}. */
  readonly policy?: RetryPolicy;
  /** What differs from {@link ENGINE_LIMITS}. */
  readonly limits?: Partial<EngineLimits>;
}

/**
 * Carries deliveries to the platform: leases what is due, account by account, and has each account's lane send it;
 * takes over what was left behind and closes what time has closed. It waits for the store's word and for the clock,
 * and never asks in between.
 */
export class DeliveryEngine {
  readonly #store: Store;
  readonly #world: World;
  readonly #limits: EngineLimits;
  readonly #client: WechatClient;
  readonly #tokens: TokenSources;
  readonly #quotas: QuotaWatch;
  readonly #lanes: Lanes;
  readonly #turns = new Turns();
  readonly #bell = new Bell();
  readonly #stopping = new AbortController();
  readonly #givingUp = new AbortController();
  #loop: Promise<void> | undefined;
  #sweptAt: EpochMs = -Infinity;
  #nextAt: EpochMs = 0;

  constructor({ store, world, sealer, policy = RETRY_POLICY, limits }: EngineParts) {
    this.#store = store;
    this.#world = world;
    this.#limits = { ...ENGINE_LIMITS, ...limits };
    const { signal } = this.#givingUp;
    setMaxListeners(0, signal); // Each send in flight is one.
    const client = createWechatClient(world);
    this.#client = client;
    this.#tokens = new TokenSources({ store, client, sealer, world, policy, signal });
    this.#quotas = new QuotaWatch({
      store,
      world,
      client,
      tokens: this.#tokens,
      policy,
      askMs: this.#limits.sendMs,
      signal,
    });
    this.#lanes = new Lanes({
      store,
      world,
      client,
      signal,
      tokens: this.#tokens,
      limits: this.#limits,
      leaseMs: policy.leaseMs,
      wake: () => this.wake(),
      rest: (appid, until) => this.#turns.rest(appid, until),
    });
  }

  /** Where this process has the accounts' access tokens from. */
  get tokens(): TokenSources {
    return this.#tokens;
  }

  /** How this process calls the platforms. */
  get client(): WechatClient {
    return this.#client;
  }

  /** Begins, with what an earlier run left behind. */
  start(): void {
    this.#store.onDue(() => this.wake());
    this.#loop ??= this.#run();
  }

  /** Has the engine look for work now. */
  wake(): void {
    this.#bell.ring();
  }

  /**
   * Leases and begins nothing more, gives back what has not begun, and waits up to `graceMs` for what is in flight;
   * then gives that up, which leaves it unanswered, and settles it. Afterwards nothing runs any more, unless the store
   * hangs.
   */
  async stop(graceMs: number = this.#limits.graceMs): Promise<void> {
    this.#stopping.abort();
    this.wake();
    this.#lanes.close();
    if (await this.#endsWithin(graceMs)) return;
    this.#givingUp.abort();
    if (!(await this.#endsWithin(this.#limits.farewellMs))) this.#lanes.abandon();
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const timer = new AbortController();
    const late = this.#world.sleep(ms, timer.signal).then(() => false);
    const hasEnded = await Promise.race([this.#ended().then(() => true), late]);
    timer.abort();
    return hasEnded;
  }

  async #ended(): Promise<void> {
    await this.#loop;
    await this.#lanes.ended();
    await this.#quotas.settled();
    await this.#tokens.settled();
  }

  /** Looks for work, then rests, until stopped. */
  async #run(): Promise<void> {
    let failureCount = 0;
    while (!this.#stopping.signal.aborted) {
      failureCount = (await this.#hasLooked()) ? 0 : failureCount + 1;
      if (failureCount > 0) {
        const waitMs = countFailureWait(failureCount - 1, this.#limits);
        await this.#world.sleep(waitMs, this.#stopping.signal);
      }
    }
  }

  async #hasLooked(): Promise<boolean> {
    try {
      await this.#look();
      await this.#rest();
      return true;
    } catch (error) {
      this.#world.log.error({ err: error }, "The delivery engine could not look for work.");
      return false;
    }
  }

  async #look(): Promise<void> {
    await this.#sweep();
    this.#quotas.look();
    const now = this.#world.now();
    const due = await this.#store.listDueAccounts(now, this.#limits.dueAccountsMax);
    const picked = this.#turns.pick(due, now, this.#lanes, this.#limits.lanesMax);
    await Promise.all(picked.map((appid) => this.#lanes.serve(appid)));
  }

  /** Lets time close what it has closed: when something has fallen due, and now and then. */
  async #sweep(): Promise<void> {
    const { busyMs, idleMs, sweepMax } = this.#limits;
    const now = this.#world.now();
    if (now < this.#sweptAt + (now >= this.#nextAt ? busyMs : idleMs)) return;
    this.#sweptAt = now;
    while ((await this.#store.sweep(now, sweepMax)) >= sweepMax) {
      if (this.#stopping.signal.aborted) return;
    }
  }

  /** Waits for the store's word, for a lane's, or for the next instant at which something falls due. */
  async #rest(): Promise<void> {
    const { busyMs, idleMs } = this.#limits;
    this.#nextAt = (await this.#store.findNextDueAt()) ?? Infinity;
    const now = this.#world.now();
    // What is due and was not leased waits for a lane or a token; they call when it is time.
    const nextAt = this.#nextAt > now ? this.#nextAt : now + busyMs;
    const wakeAt = Math.min(nextAt, this.#turns.findNextAt() ?? Infinity, now + idleMs);
    await this.#bell.heard(this.#world, wakeAt - now);
  }
}
