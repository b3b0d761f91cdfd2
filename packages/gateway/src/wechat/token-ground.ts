import { judgeErrcode } from "@yici/protocol";
import type { AccessToken, AppId } from "@yici/protocol";
import type { EpochMs, World } from "@yici/runtime";
import { buildPause, findPauseRule } from "../deliveries/account-state.ts";
import type { Pause } from "../deliveries/account-state.ts";
import type { PauseRule, RetryPolicy } from "../deliveries/retry-policy.ts";
import { buildSealContext } from "../secrets/seal-context.ts";
import type { SealedThing } from "../secrets/seal-context.ts";
import { SealError } from "../secrets/sealer.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { Store } from "../store/store.ts";
import type { ExchangeLimits } from "./exchange.ts";
import { TOKEN_LIMITS } from "./token-limits.ts";
import type { TokenReply, WechatClient } from "./wechat-client.ts";

/** What asking for tokens stands on. */
export interface TokenGround {
  readonly store: Pick<
    Store,
    | "findAccount"
    | "findPause"
    | "pauseAccount"
    | "findToken"
    | "claimToken"
    | "replaceToken"
    | "replaceAccount"
    | "findComponent"
  >;
  readonly client: Pick<
    WechatClient,
    "askToken" | "askTokenService" | "askComponentToken" | "askAuthorizerToken"
  >;
  readonly sealer: Sealer;
  readonly world: Pick<World, "now" | "monotonic" | "sleep" | "randomBytes" | "log">;
  readonly policy: RetryPolicy;
  /** Gives up the calls under way when it aborts. */
  readonly signal: AbortSignal;
}

/** What one question for a token came to. */
export type AskOutcome =
  | { readonly kind: "fresh"; readonly value: AccessToken; readonly lifeMs: number }
  /** The account stands still already; nobody was asked. */
  | { readonly kind: "paused" }
  /** The account is to blame and must stand still. */
  | { readonly kind: "blamed"; readonly pause: Pause }
  /** Nobody is to blame: it may be asked again a little later. */
  | { readonly kind: "failed"; readonly reason: string };

export type Blame = Extract<AskOutcome, { readonly kind: "blamed" }>;

/** The limits of a question that is asked now. */
export function limitQuestion({ world, signal }: TokenGround): ExchangeLimits {
  return { deadlineAt: world.monotonic() + TOKEN_LIMITS.askMs, signal };
}

/** Blames the account, without anybody having been asked. */
export function blame(
  { world }: Pick<TokenGround, "world">,
  reason: string,
  detail: string,
): Blame {
  const rule: PauseRule = { reason, length: "operator" };
  return { kind: "blamed", pause: buildPause(rule, { errcode: undefined, detail }, world.now()) };
}

export type Opened = { readonly kind: "opened"; readonly text: string } | Blame;

/** What is kept sealed for an account; one that no key opens is the account's fault. */
export function openSealed(
  ground: Pick<TokenGround, "sealer" | "world">,
  sealed: string,
  place: { readonly thing: SealedThing; readonly appid: AppId },
): Opened {
  try {
    const context = buildSealContext(place.thing, place.appid);
    return { kind: "opened", text: ground.sealer.open(sealed, context) };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return blame(ground, "secret_unreadable", error.message);
  }
}

/** What follows from an answer to the question for a token. */
export function judgeReply(reply: TokenReply, policy: RetryPolicy, now: EpochMs): AskOutcome {
  if (reply.kind === "token") {
    return { kind: "fresh", value: reply.accessToken, lifeMs: reply.expiresInS * 1_000 };
  }
  if (reply.kind === "unanswered") return { kind: "failed", reason: reply.reason };
  const { errcode, errmsg } = reply;
  const judgement = judgeErrcode(errcode, "token");
  if (judgement.kind !== "refused" || judgement.fault === "platform") {
    return { kind: "failed", reason: `errcode: ${errcode}` };
  }
  const detail = `when asked for a token: ${errmsg}`;
  return {
    kind: "blamed",
    pause: buildPause(findPauseRule(errcode, policy), { errcode, detail }, now),
  };
}
