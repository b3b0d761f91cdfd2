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

/** A leased delivery whose attempt is about to be made, and the token for it. */
export interface Start {
  readonly batch: LeasedBatch;
  readonly leased: LeasedDelivery;
  readonly token: IssuedToken;
}

/** An attempt that is over and not yet settled. */
export interface FinishedAttempt {
  readonly settlement: Settlement;
  readonly token: IssuedToken;
  /** What the platform said when it refused the token. */
  readonly tokenRefusal: TokenRefusal | undefined;
}

/** Makes an attempt that the store knows of: one send, over before its lease closes. Never rejects. */
export async function makeAttempt(
  ground: SendGround,
  start: Start,
  attemptNumber: number,
): Promise<FinishedAttempt> {
  const outcome = await send(ground, start);
  const { batch, leased, token } = start;
  const settlement = {
    appid: batch.account.appid,
    messageId: leased.message.messageId,
    attemptNumber,
    leaseId: batch.leaseId,
    outcome,
    chance: drawChance(ground.world),
  };
  return { settlement, token, tokenRefusal: findTokenRefusal(outcome) };
}

async function send(
  { world, client, limits, signal }: SendGround,
  { batch, leased, token }: Start,
): Promise<AttemptOutcome> {
  const deadlineAt = Math.min(world.monotonic() + limits.sendMs, batch.closesAt);
  try {
    return await client.send({
      account: batch.account,
      message: leased.message,
      accessToken: token.value,
      limits: { deadlineAt, signal },
    });
  } catch (error) {
    const { appid } = batch.account;
    world.log.error({ appid, err: error }, "A send failed in a way that nobody foresaw.");
    return { kind: "unanswered", reason: "internal_error" };
  }
}

function findTokenRefusal(outcome: AttemptOutcome): TokenRefusal | undefined {
  if (outcome.kind !== "answered") return undefined;
  const judgement = judgeErrcode(outcome.errcode, "send");
  return judgement.kind === "refused" && judgement.fault === "token" ? outcome : undefined;
}
