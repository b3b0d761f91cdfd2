import { parseAccessToken } from "@yici/protocol";
import type { AccessToken, AppId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import { drawChance } from "../chance.ts";
import { buildPause, isPaused } from "../deliveries/account-state.ts";
import type { Pause } from "../deliveries/account-state.ts";
import { buildSealContext } from "../secrets/seal-context.ts";
import { SealError } from "../secrets/sealer.ts";
import type { StoredToken } from "../store/records.ts";
import { askToken } from "./ask-token.ts";
import { hashToken } from "./hash-token.ts";
import type { TokenGround } from "./token-ground.ts";
import { TOKEN_LIMITS } from "./token-limits.ts";

/** An access token and which one of the account's it is: a platform may give the same text twice. */
export interface IssuedToken {
  readonly value: AccessToken;
  /** Grows with each token stored for the account. */
  readonly version: number;
  readonly expiresAt: EpochMs;
}

/** What an account's token source has to offer. */
export type TokenAnswer =
  | { readonly kind: "token"; readonly token: IssuedToken }
  /** None can be had before `retryAt`; nobody is to blame. */
  | { readonly kind: "unavailable"; readonly retryAt: EpochMs }
  /** The account stands still; the ledger knows why. */
  | { readonly kind: "paused" };

/** What a platform said when it refused a token. */
export interface TokenRefusal {
  readonly errcode: number;
  readonly errmsg: string;
}

interface LiveToken {
  readonly token: IssuedToken;
  readonly refreshAt: EpochMs;
}

const { askMs, waitMs, refreshAheadMs, failureBaseMs, failureMaxMs } = TOKEN_LIMITS;

/**
 * One account's access token: kept in memory and, sealed, in the store; asked for when there is none, when it is about
 * to end, or when the platform refused it. However many callers want one, one question is under way at a time.
 */
export class TokenSource {
  readonly #ground: TokenGround;
  readonly #appid: AppId;
  readonly #claimer: string;
  #live: LiveToken | undefined;
  /** The version last refused: it, and what is older, is of no use. */
  #refusedVersion = 0;
  #refusedHash: string | undefined;
  /** The token that a borrower last reported. */
  #reportedHash: string | undefined;
  /** Tokens refused since one was last accepted. */
  #refusalCount = 0;
  #failureCount = 0;
  #retryAt: EpochMs = 0;
  #pending: Promise<TokenAnswer> | undefined;

  constructor(ground: TokenGround, appid: AppId) {
    this.#ground = ground;
    this.#appid = appid;
    this.#claimer = ground.world.randomBytes(9).toString("base64url");
  }

  /** The token at hand, unless it is time to ask for another. One that cannot be renewed serves until its end. */
  peek(): IssuedToken | undefined {
    const live = this.#live;
    const now = this.#ground.world.now();
    if (live === undefined || now >= live.token.expiresAt) return undefined;
    return now < live.refreshAt || now < this.#retryAt ? live.token : undefined;
  }

  /** The token at hand, or else the store's, or else the platform's. Never rejects. */
  current(): Promise<TokenAnswer> {
    const token = this.peek();
    if (token !== undefined) return Promise.resolve({ kind: "token", token });
    return this.#pending ?? this.#begin(() => this.#obtain());
  }

  /**
   * Another token than `refused`, which a send has shown to be refused. A late refusal of one that was replaced
   * already changes nothing. A token that is refused in its turn, before one send with it was accepted, blames the
   * account, which pauses: so a platform that refuses every token is asked for no more than one new one. Never rejects.
   */
  refresh(refused: IssuedToken, refusal: TokenRefusal): Promise<TokenAnswer> {
    if (this.#live?.token.version === refused.version) {
      this.#drop(refused);
      this.#refusalCount += 1;
      if (this.#refusalCount >= this.#ground.policy.tokenFaultsMax) {
        this.#refusalCount = 0;
        return this.#begin(() => this.#blameAccount(refusal));
      }
    }
    return this.current();
  }

  /**
   * Another token than the one whose SHA-256 (hex) a borrower reports as refused. Of one token the first report alone has
   * the platform asked, and none blames the account: a borrower's word is worth less than a refusal of our own. Never
   * rejects.
   */
  async renew(reportedHash: string): Promise<TokenAnswer> {
    const answer = await this.current();
    const isOurs = answer.kind === "token" && hashToken(answer.token.value) === reportedHash;
    if (!isOurs || reportedHash === this.#reportedHash) return answer;
    this.#reportedHash = reportedHash;
    if (this.#live?.token.version === answer.token.version) this.#drop(answer.token);
    return this.current();
  }

  /**
   * A new token whatever the old one is worth, even while the account is paused: an operator's wish. Where the platform
   * gives tokens for the app secret the old one ends at once, and it does so 20 times a day. Never rejects.
   */
  async force(): Promise<TokenAnswer> {
    await this.#pending;
    return this.#begin(async () => {
      const stored = await this.#ground.store.findToken(this.#appid);
      return this.#ask(stored?.version ?? 0, true);
    });
  }

  /** Notes that the platform has accepted a token: what is refused later is refused for the first time. */
  accept(token: IssuedToken): void {
    if (this.#live?.token.version === token.version) this.#refusalCount = 0;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  #drop({ value, version }: IssuedToken): void {
    this.#live = undefined;
    this.#refusedVersion = version;
    this.#refusedHash = hashToken(value);
  }

  #begin(work: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
    const begun = this.#finish(work).finally(() => {
      if (this.#pending === begun) this.#pending = undefined;
    });
    this.#pending = begun;
    return begun;
  }

  async #finish(work: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
    try {
      return await work();
    } catch (error) {
      return this.#backOff("store_failed", error);
    }
  }

  async #obtain(): Promise<TokenAnswer> {
    const { store, world } = this.#ground;
    if (world.now() < this.#retryAt) return { kind: "unavailable", retryAt: this.#retryAt };
    const stored = await store.findToken(this.#appid);
    const found = this.#findUsable(stored);
    if (found !== undefined) return this.#keep(found);
    const version = stored?.version ?? 0;
    return (await this.#claim(version)) ? this.#ask(version) : this.#waitForOthers();
  }

  /** Asks for the token after a version. */
  async #ask(version: number, isForced = false): Promise<TokenAnswer> {
    const question = { appid: this.#appid, refusedHash: this.#refusedHash, isForced };
    const asked = await askToken(this.#ground, question);
    switch (asked.kind) {
      case "fresh":
        return this.#store(asked.value, asked.lifeMs, version);
      case "blamed":
        return this.#pause(asked.pause);
      case "failed":
        return this.#backOff(asked.reason);
      default:
        return asked;
    }
  }

  /** Whether this process is the one to ask: of many that want a token one does. */
  #claim(version: number): Promise<boolean> {
    const { store, world } = this.#ground;
    const now = world.now();
    const until = now + askMs;
    return store.claimToken(this.#appid, { version, by: this.#claimer, now, until });
  }

  /** Another process is asking: its answer is waited for, or its end. */
  async #waitForOthers(): Promise<TokenAnswer> {
    const { world, signal } = this.#ground;
    await world.sleep(waitMs, signal);
    return signal.aborted ? { kind: "unavailable", retryAt: world.now() } : this.#obtain();
  }

  /** A stored token, unless it was refused, is about to end, or no key opens it. */
  #findUsable(stored: StoredToken | undefined): LiveToken | undefined {
    if (stored === undefined || stored.version <= this.#refusedVersion) return undefined;
    const refreshAt = stored.expiresAt - refreshAheadMs;
    if (this.#ground.world.now() >= refreshAt) return undefined;
    const value = this.#open(stored);
    if (value === undefined) return undefined;
    const { version, expiresAt } = stored;
    return { token: { value, version, expiresAt }, refreshAt };
  }

  #open({ sealed }: StoredToken): AccessToken | undefined {
    try {
      const context = buildSealContext("access_token", this.#appid);
      return parseAccessToken(this.#ground.sealer.open(sealed, context));
    } catch (error) {
      if (error instanceof SealError) return undefined; // Its key was retired: a new one is asked for.
      throw error;
    }
  }

  async #store(value: AccessToken, lifeMs: number, expected: number): Promise<TokenAnswer> {
    const { store, sealer, world } = this.#ground;
    const now = world.now();
    const sealed = sealer.seal(value, buildSealContext("access_token", this.#appid));
    const stored = await store.replaceToken(this.#appid, expected, sealed, now + lifeMs);
    if (stored.sealed !== sealed) {
      const found = this.#findUsable(stored); // Another process was quicker.
      return found === undefined ? this.#backOff("token_replaced") : this.#keep(found);
    }
    // Near its end a platform may give the old token once more: the half keeps us from asking again at once.
    const refreshAt = now + Math.max(lifeMs - refreshAheadMs, lifeMs / 2);
    const { version, expiresAt } = stored;
    return this.#keep({ token: { value, version, expiresAt }, refreshAt });
  }

  #keep(live: LiveToken): TokenAnswer {
    this.#live = live;
    this.#failureCount = 0;
    this.#retryAt = 0;
    return { kind: "token", token: live.token };
  }

  async #blameAccount({ errcode, errmsg }: TokenRefusal): Promise<TokenAnswer> {
    const { store, policy, world } = this.#ground;
    const pause = await store.findPause(this.#appid);
    if (isPaused({ pause }, world.now())) return { kind: "paused" }; // By the ledger, for the same reason.
    const facts = { errcode, detail: errmsg };
    return this.#pause(buildPause(policy.tokenPause, facts, world.now()));
  }

  async #pause(pause: Pause): Promise<TokenAnswer> {
    const { store, world } = this.#ground;
    this.#live = undefined;
    await store.pauseAccount(this.#appid, pause, pause.pausedAt);
    const { reason, errcode, detail } = pause;
    world.log.warn({ appid: this.#appid, reason, errcode, detail }, "The account is paused.");
    return { kind: "paused" };
  }

  #backOff(reason: string, error?: unknown): TokenAnswer {
    const { world } = this.#ground;
    this.#failureCount += 1;
    const longestMs = Math.min(failureBaseMs * 2 ** (this.#failureCount - 1), failureMaxMs);
    this.#retryAt = world.now() + Math.ceil(longestMs * (0.5 + drawChance(world) / 2));
    world.log.warn({ appid: this.#appid, reason, err: error }, "No access token could be had.");
    const token = this.peek();
    return token === undefined
      ? { kind: "unavailable", retryAt: this.#retryAt }
      : { kind: "token", token };
  }
}
