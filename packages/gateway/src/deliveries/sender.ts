import { judgeErrcode } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { drawChance } from "../chance.ts";
import type { LeasedDelivery, Settlement } from "../store/ledger.ts";
import type { AccountRecord } from "../store/records.ts";
import type { IssuedToken, TokenRefusal } from "../wechat/token-source.ts";
import type { WechatClient } from "../wechat/wechat-client.ts";
import type { AttemptOutcome } from "./delivery.ts";

/** What a send stands on. */
export interface SendGround {
  readonly world: World;
  readonly client: Pick<WechatClient, "send">;
  readonly limits: { readonly sendMs: number };
  /** Gives up the sends in flight when it aborts. */
  readonly signal: AbortSignal;
}

/** Deliveries of one lease. */
export interface LeasedBatch {
  readonly account: AccountRecord;
  readonly leaseId: string;
  /** By when a send of it must be over: an instant of `world.monotonic()`. */
  readonly closesAt: number;
  readonly deliveries: readonly LeasedDelivery[];
}

/** A leased delivery that was not begun. */
export interface Waiting {
  readonly batch: LeasedBatch;
  readonly leased: LeasedDelivery;
}

/** An attempt that the store knows of, about to be made. */
export interface StartedAttempt extends Waiting {
  readonly attemptNumber: number;
}

/** An attempt that is over and not yet settled. */
export interface FinishedAttempt {
  readonly settlement: Settlement;
  /** What it was sent with; `undefined`: it was not sent. */
  readonly token: IssuedToken | undefined;
  /** What the platform said when it refused the token. */
  readonly tokenRefusal: TokenRefusal | undefined;
}

/** Makes an attempt: one send, over before its lease closes. Never rejects. */
export async function makeAttempt(
  ground: SendGround,
  attempt: StartedAttempt,
  token: IssuedToken,
): Promise<FinishedAttempt> {
  let outcome: AttemptOutcome;
  try {
    outcome = await send(ground, attempt, token);
  } catch (error) {
    outcome = describeSurprise(ground, attempt, error);
  }
  const settlement = buildSettlement(ground, attempt, outcome);
  return { settlement, token, tokenRefusal: findTokenRefusal(outcome) };
}

/** Ends an attempt that was started and cannot be made, for want of a token. */
export function withdrawAttempt(ground: SendGround, attempt: StartedAttempt): FinishedAttempt {
  const settlement = buildSettlement(ground, attempt, { kind: "unsent", reason: "no_token" });
  return { settlement, token: undefined, tokenRefusal: undefined };
}

function buildSettlement(
  { world }: SendGround,
  { batch, leased, attemptNumber }: StartedAttempt,
  outcome: AttemptOutcome,
): Settlement {
  return {
    appid: batch.account.appid,
    messageId: leased.messageId,
    attemptNumber,
    leaseId: batch.leaseId,
    outcome,
    // What was delivered is not tried again.
    chance: isDelivered(outcome) ? 0 : drawChance(world),
  };
}

function isDelivered(outcome: AttemptOutcome): boolean {
  return outcome.kind === "answered" && outcome.errcode === 0;
}

function send(
  { world, client, limits, signal }: SendGround,
  { batch, leased }: StartedAttempt,
  token: IssuedToken,
): Promise<AttemptOutcome> {
  const deadlineAt = Math.min(world.monotonic() + limits.sendMs, batch.closesAt);
  return client.send({
    account: batch.account,
    message: leased,
    token,
    limits: { deadlineAt, signal },
  });
}

function describeSurprise(
  { world }: SendGround,
  { batch }: StartedAttempt,
  error: unknown,
): AttemptOutcome {
  const { appid } = batch.account;
  world.log.error({ appid, err: error }, "A send failed in a way that nobody foresaw.");
  return { kind: "unanswered", reason: "internal_error" };
}

function findTokenRefusal(outcome: AttemptOutcome): TokenRefusal | undefined {
  if (outcome.kind !== "answered") return undefined;
  const judgement = judgeErrcode(outcome.errcode, "send");
  return judgement.kind === "refused" && judgement.fault === "token" ? outcome : undefined;
}
