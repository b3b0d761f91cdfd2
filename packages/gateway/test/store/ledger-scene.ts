import assert from "node:assert/strict";
import type {
  AppId,
  ConfirmedCallback,
  DeclinedCallback,
  OpenId,
  ReservedKeys,
  Scene,
} from "@yici/protocol";
import {
  hashBrowser,
  parseAppId,
  parseOpenId,
  parseScene,
  parseTemplateId,
  signReserved,
  verifyCallback,
} from "@yici/protocol";
import { createManualWorld, type ManualWorld } from "@yici/runtime";
import { PLAIN_ACCOUNT } from "../../src/accounts/add-account.ts";
import type { AttemptOutcome, Delivery } from "../../src/deliveries/delivery.ts";
import type { RetryPolicy } from "../../src/deliveries/retry-policy.ts";
import type { Grant } from "../../src/grants/grant.ts";
import type {
  Acceptance,
  AcceptOutcome,
  ConfirmOutcome,
  SettleOutcome,
  StartOutcome,
} from "../../src/store/ledger.ts";
import type { AccountRecord } from "../../src/store/records.ts";
import type { Store } from "../../src/store/store.ts";
import type { Place, StoreEngine } from "./store-engine.ts";

/** Narrows what a test knows to be there. */
export function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

export const APPID = known(parseAppId("wxaba38c7f163da69b"));
export const OTHER_APPID = known(parseAppId("wx0000000000000002"));
const TEMPLATE_ID = known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc"));
export const SCENE = known(parseScene(1000));
export const ANN = known(parseOpenId("oAnn"));
export const BOB = known(parseOpenId("oBob"));
const KEYS: ReservedKeys = [Buffer.alloc(32, 7)];

export const OK: Answered = { kind: "answered", errcode: 0, errmsg: "ok", rid: undefined };
export const UNSENT: AttemptOutcome = { kind: "unsent", reason: "ECONNREFUSED" };
export const UNANSWERED: AttemptOutcome = { kind: "unanswered", reason: "ECONNRESET" };
/** "Busy": most likely not processed. */
export const BUSY = refusal(-1);
export const NO_GRANT = refusal(43101);

/** A reply of the platform. */
export type Answered = Extract<AttemptOutcome, { readonly kind: "answered" }>;

export function refusal(errcode: number): Answered {
  return { kind: "answered", errcode, errmsg: `errmsg of ${errcode}`, rid: "rid" };
}

/** How a person came back. */
export interface Visit {
  readonly appid?: AppId;
  readonly scene?: Scene;
  /** The browser that started; `undefined`: the asking was not bound to one. */
  readonly startedIn?: string | undefined;
  /** The browser that returned; `undefined`: it brought no cookie. */
  readonly returnedIn?: string | undefined;
  readonly issuedAt?: number;
  /** Decides the nonce; each visit has its own unless told otherwise. */
  readonly asking?: number;
}

/** An attempt that was started. */
export interface StartedAttempt {
  readonly messageId: string;
  readonly leaseId: string;
  readonly number: number;
}

/** A store with two accounts, a clock that stands still, and short words for what happens. */
export class LedgerScene implements AsyncDisposable {
  readonly world: ManualWorld;
  readonly #place: Place;
  #store: Store;
  readonly #isShared: boolean;
  #other: Store | undefined;
  #count = 0;

  private constructor(world: ManualWorld, place: Place, store: Store, isShared: boolean) {
    this.world = world;
    this.#place = place;
    this.#store = store;
    this.#isShared = isShared;
  }

  static async open(engine: StoreEngine, policy?: Partial<RetryPolicy>): Promise<LedgerScene> {
    const world = createManualWorld();
    const place = engine.makePlace();
    const store = await place.open(world, policy);
    await store.addAccount(buildAccount(APPID, "aaaa"));
    await store.addAccount(buildAccount(OTHER_APPID, "bbbb"));
    return new LedgerScene(world, place, store, engine.isShared ?? false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
    await this.#other?.close();
    await this.#place.drop();
  }

  get store(): Store {
    return this.#store;
  }

  get now(): number {
    return this.world.now();
  }

  /**
   * A second store on the same place, as another process has it, with connections of its own; where a place has one
   * store alone, that one.
   */
  async openOther(): Promise<Store> {
    if (!this.#isShared) return this.#store;
    if (this.#other === undefined) {
      this.#other = await this.#place.open(this.world);
      await this.#other.listAccounts(); // It has its connection, and need not come late.
    }
    return this.#other;
  }

  /** Closes the store and opens it again, as after a restart. */
  async reopen(policy?: Partial<RetryPolicy>): Promise<void> {
    await this.#store.close();
    this.#store = await this.#place.open(this.world, policy);
  }

  async advance(ms: number): Promise<void> {
    await this.world.advance(ms);
  }

  /** A confirmation out of the browser it started in, unless told otherwise: evidence `bound`. */
  confirm(openid: OpenId, visit: Visit = {}): Promise<ConfirmOutcome> {
    return this.store.confirm(this.buildConfirmed(openid, visit), this.now);
  }

  decline(visit: Visit = {}): Promise<void> {
    const callback = this.#verify("cancel", undefined, visit);
    assert.ok(callback.kind === "declined");
    return this.store.decline(callback, this.now);
  }

  buildConfirmed(openid: OpenId, visit: Visit = {}): ConfirmedCallback {
    const callback = this.#verify("confirm", openid, visit);
    assert.ok(callback.kind === "confirmed");
    return callback;
  }

  #verify(
    action: "confirm" | "cancel",
    openid: OpenId | undefined,
    visit: Visit,
  ): ConfirmedCallback | DeclinedCallback {
    const { appid = APPID, scene = SCENE, issuedAt = this.now } = visit;
    const startedIn = "startedIn" in visit ? visit.startedIn : "browser";
    const returnedIn = "returnedIn" in visit ? visit.returnedIn : startedIn;
    const nonce = (visit.asking ?? this.#next() + 1_000_000).toString(16).padStart(32, "0");
    const claims = { appid, scene, templateId: TEMPLATE_ID, source: LINK, nonce, issuedAt };
    const reserved =
      startedIn === undefined
        ? signReserved({ ...claims, kind: "unbound" }, KEYS)
        : signReserved({ ...claims, kind: "bound", browserHash: hashBrowser(startedIn) }, KEYS);
    const query = new URLSearchParams({
      action,
      scene: `${scene}`,
      template_id: TEMPLATE_ID,
      reserved,
    });
    if (openid !== undefined) query.set("openid", openid);
    const { now } = this;
    const expected = { appid, templateId: TEMPLATE_ID, keys: KEYS, now, browser: returnedIn };
    const callback = verifyCallback(query.toString(), expected);
    assert.ok(callback.kind !== "refused");
    return callback;
  }

  accept(
    messageId: string,
    openid: OpenId,
    parts: Partial<Acceptance> = {},
  ): Promise<AcceptOutcome> {
    return this.store.accept(this.buildAcceptance(messageId, openid, parts));
  }

  buildAcceptance(messageId: string, openid: OpenId, parts: Partial<Acceptance> = {}): Acceptance {
    const { now } = this;
    return {
      appid: APPID,
      messageId,
      openid,
      scene: SCENE,
      content: { title: "title", content: "content" },
      dueAt: now,
      deadlineAt: now + DAY_MS,
      whenNoGrant: "refuse",
      whenInDoubt: undefined,
      minEvidence: "imported",
      principal: "shop",
      idempotency: undefined,
      now,
      ...parts,
    };
  }

  /** Leases what is due; answers the lease. */
  async lease(parts: { readonly appid?: AppId; readonly limit?: number } = {}): Promise<{
    readonly leaseId: string;
    readonly messageIds: readonly string[];
  }> {
    const { appid = APPID, limit = 100 } = parts;
    const leaseId = `lease${this.#next()}`;
    const claim = { appid, leaseId, limit, leaseMs: LEASE_MS, now: this.now };
    const leased = await this.store.lease(claim);
    return { leaseId, messageIds: leased.map(({ messageId }) => messageId) };
  }

  async start(messageId: string, leaseId: string): Promise<StartOutcome> {
    const starts = [{ appid: APPID, messageId, leaseId }];
    const { started } = await this.store.advance({ settlements: [], starts, now: this.now });
    return known(started[0]);
  }

  /** Leases a message and starts an attempt; what else is due stays due. */
  async begin(messageId: string): Promise<StartedAttempt> {
    const { leaseId, messageIds } = await this.lease();
    assert.ok(messageIds.includes(messageId), `${messageId} is due`);
    const outcome = await this.start(messageId, leaseId);
    assert.ok(outcome.kind === "started");
    await this.store.releaseLease(APPID, leaseId, this.now);
    return { messageId, leaseId, number: outcome.attemptNumber };
  }

  /** Settles an attempt. Without jitter, unless told otherwise. */
  async end(
    { messageId, leaseId, number }: StartedAttempt,
    outcome: AttemptOutcome,
    chance = 0,
  ): Promise<SettleOutcome> {
    const settlement = { appid: APPID, messageId, leaseId, attemptNumber: number, outcome, chance };
    const round = { settlements: [settlement], starts: [], now: this.now };
    return known((await this.store.advance(round)).settled[0]);
  }

  /** One attempt from lease to settle. */
  async send(messageId: string, outcome: AttemptOutcome, chance = 0): Promise<SettleOutcome> {
    return this.end(await this.begin(messageId), outcome, chance);
  }

  /** Sweeps until nothing is left to sweep. */
  async sweep(): Promise<number> {
    let sum = 0;
    for (;;) {
      const swept = await this.store.sweep(this.now, 10);
      sum += swept;
      if (swept < 10) return sum;
    }
  }

  async delivery(messageId: string): Promise<Delivery> {
    return known(await this.store.findMessage(APPID, messageId)).delivery;
  }

  /** The slot's generations, the first one first. */
  async grants(openid: OpenId, appid = APPID): Promise<readonly Grant[]> {
    return (await this.store.findSlot({ appid, openid, scene: SCENE })).grants.toReversed();
  }

  /** The states of the slot's generations, the first one first; of a void one its cause. */
  async slot(openid: OpenId): Promise<readonly string[]> {
    return (await this.grants(openid)).map(({ state, voidCause }) =>
      voidCause === undefined ? state : `${state}: ${voidCause}`,
    );
  }

  async eventTypes(appid = APPID): Promise<readonly string[]> {
    return (await this.store.listEvents(appid, 0, 1_000)).map(({ type }) => type);
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}

export const DAY_MS = 86_400_000;
export const LEASE_MS = 30_000;
export const LINK = { kind: "link", id: "aaaalink" } as const;

export function buildAccount(appid: AppId, code: string): AccountRecord {
  return {
    appid,
    code,
    name: "Shop",
    kind: "official_account",
    templateId: TEMPLATE_ID,
    publicUrl: "https://shop.example",
    platform: { kind: "real" },
    sealedSecret: undefined,
    ...PLAIN_ACCOUNT,
    isDemo: false,
    createdAt: 1,
  };
}
