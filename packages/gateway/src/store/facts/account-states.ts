import type { AppId, EpochMs } from "@yici/protocol";
import { type AccountState, isPaused } from "../../deliveries/account-state.ts";
import type { FactContext } from "./fact-context.ts";

/** The states of the accounts that one fact touches: each is read once and written once. */
export class AccountStates {
  readonly #context: FactContext;
  readonly #before = new Map<AppId, AccountState>();
  readonly #now = new Map<AppId, AccountState>();

  constructor(context: FactContext) {
    this.#context = context;
  }

  find(appid: AppId): AccountState {
    const known = this.#now.get(appid);
    if (known !== undefined) return known;
    const state = this.#context.rows.loadAccountState(appid);
    this.#before.set(appid, state);
    this.#now.set(appid, state);
    return state;
  }

  change(state: AccountState): void {
    this.#now.set(state.appid, state);
  }

  /** Writes what changed, and tells of new pauses and of the breaker's. */
  save(now: EpochMs): void {
    for (const [appid, state] of this.#now) {
      const before = this.#before.get(appid);
      if (state === before) continue;
      this.#context.rows.saveAccountState(state);
      if (state.pause !== before?.pause) this.#tellPause(state, now);
      const wasOpen = before?.breaker.opening !== undefined;
      if (wasOpen !== (state.breaker.opening !== undefined)) this.#tellBreaker(state, now);
    }
  }

  #tellPause(state: AccountState, at: EpochMs): void {
    const { appid, pause } = state;
    const isStanding = isPaused(state, at);
    const facts = isStanding
      ? { reason: pause?.reason, errcode: pause?.errcode, until: pause?.until }
      : {};
    this.#context.rows.insertEvent({
      appid,
      type: isStanding ? "account.paused" : "account.resumed",
      at,
      facts,
    });
  }

  #tellBreaker({ appid, breaker }: AccountState, at: EpochMs): void {
    const { troubles, opening } = breaker;
    const isOpen = opening !== undefined;
    this.#context.rows.insertEvent({
      appid,
      type: isOpen ? "account.breaker_opened" : "account.breaker_closed",
      at,
      facts: isOpen ? { troubles, until: opening.until } : {},
    });
  }
}
