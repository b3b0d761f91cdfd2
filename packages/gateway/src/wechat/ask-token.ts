import { judgeErrcode } from "@yici/protocol";
import type { AccessToken, AppId } from "@yici/protocol";
import type { EpochMs, World } from "@yici/runtime";
import { buildPause, findPauseRule, isPaused } from "../deliveries/account-state.ts";
import type { Pause } from "../deliveries/account-state.ts";
import type { PauseRule, RetryPolicy } from "../deliveries/retry-policy.ts";
import { buildSealContext } from "../secrets/seal-context.ts";
import { SealError } from "../secrets/sealer.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { AccountRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { findApiOrigin } from "./api-origin.ts";
import type { TokenReply, WechatClient } from "./wechat-client.ts";

/** What asking for tokens stands on. */
export interface TokenGround {
  readonly store: Pick<
    Store,
    "findAccount" | "findPause" | "pauseAccount" | "findToken" | "replaceToken"
  >;
  readonly client: Pick<WechatClient, "askToken">;
  readonly sealer: Sealer;
  readonly world: Pick<World, "now" | "monotonic" | "sleep" | "randomBytes" | "log">;
  readonly policy: RetryPolicy;
  /** Gives up the calls under way when it aborts. */
  readonly signal: AbortSignal;
}

/** What one question to the platform came to. */
export type AskOutcome =
  | { readonly kind: "fresh"; readonly value: AccessToken; readonly lifeMs: number }
  /** The account stands still already; the platform was not asked. */
  | { readonly kind: "paused" }
  /** The account is to blame and must stand still. */
  | { readonly kind: "blamed"; readonly pause: Pause }
  /** Nobody is to blame: it may be asked again a little later. */
  | { readonly kind: "failed"; readonly reason: string };

/** How long one question may take. */
const ASK_MS = 10_000;

const NO_SECRET: PauseRule = { reason: "secret_missing", length: "operator" };
const SEALED_SECRET: PauseRule = { reason: "secret_unreadable", length: "operator" };
const DEMO_ACCOUNT: PauseRule = { reason: "demo_account", length: "operator" };

/** Asks an account's platform for a token, once, unless the account is paused or cannot be asked for. Changes nothing here. */
export async function askToken(ground: TokenGround, appid: AppId): Promise<AskOutcome> {
  const { store, client, world, signal } = ground;
  const [pause, account] = await Promise.all([store.findPause(appid), store.findAccount(appid)]);
  const now = world.now();
  if (account === undefined || isPaused({ pause }, now)) return { kind: "paused" };
  const secret = openSecret(ground, account);
  if (secret.kind === "blamed") return secret;
  const limits = { deadlineAt: world.monotonic() + ASK_MS, signal };
  const reply = await client.askToken({ account, secret: secret.text, limits });
  return judgeReply(reply, ground.policy, world.now());
}

type OpenedSecret =
  | { readonly kind: "opened"; readonly text: string }
  | Extract<AskOutcome, { readonly kind: "blamed" }>;

function openSecret({ sealer, world }: TokenGround, account: AccountRecord): OpenedSecret {
  const { appid, sealedSecret } = account;
  const blame = (rule: PauseRule, detail: string): OpenedSecret => {
    return { kind: "blamed", pause: buildPause(rule, { errcode: undefined, detail }, world.now()) };
  };
  if (findApiOrigin(account) === undefined) {
    return blame(DEMO_ACCOUNT, "a demo account never calls the real hosts");
  }
  if (sealedSecret === undefined) return blame(NO_SECRET, "the account has no app secret yet");
  try {
    return {
      kind: "opened",
      text: sealer.open(sealedSecret, buildSealContext("app_secret", appid)),
    };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return blame(SEALED_SECRET, error.message);
  }
}

function judgeReply(reply: TokenReply, policy: RetryPolicy, now: EpochMs): AskOutcome {
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
