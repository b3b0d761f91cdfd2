import type { AppId } from "@yici/protocol";
import { isPaused } from "../deliveries/account-state.ts";
import type { AccountRecord } from "../store/records.ts";
import { findApiOrigin } from "./api-origin.ts";
import { askAuthorizer } from "./ask-authorizer.ts";
import { askTokenService } from "./ask-token-service.ts";
import { blame, judgeReply, limitQuestion, openSealed } from "./token-ground.ts";
import type { AskOutcome, TokenGround } from "./token-ground.ts";

/** Whose token is asked for. */
export interface TokenQuestion {
  readonly appid: AppId;
  /** SHA-256, hex, of the token that was refused, if one was: a service that keeps tokens must not give it again. */
  readonly refusedHash: string | undefined;
  /** Whether an operator wants a new one whatever the old one is worth, and whether the account is paused or not. */
  readonly isForced: boolean;
}

/**
 * Asks for a token, once, where the account's tokens come from, unless the account is paused or cannot be asked for.
 * Changes nothing here but a refresh token that the platform has replaced.
 */
export async function askToken(ground: TokenGround, question: TokenQuestion): Promise<AskOutcome> {
  const { store, world } = ground;
  const { appid, refusedHash, isForced } = question;
  const [pause, account] = await Promise.all([store.findPause(appid), store.findAccount(appid)]);
  const isStanding = isPaused({ pause }, world.now()) && !isForced;
  if (account === undefined || isStanding) return { kind: "paused" };
  if (findApiOrigin(account) === undefined) {
    return blame(ground, "demo_account", "a demo account never calls the real hosts");
  }
  const { tokenOrigin } = account;
  switch (tokenOrigin.kind) {
    case "app_secret":
      return askPlatform(ground, account, isForced);
    case "external":
      return askTokenService(ground, { appid, origin: tokenOrigin, refusedHash });
    case "authorizer":
      return askAuthorizer(ground, account, tokenOrigin);
  }
}

async function askPlatform(
  ground: TokenGround,
  account: AccountRecord,
  isForced: boolean,
): Promise<AskOutcome> {
  const { appid, sealedSecret } = account;
  if (sealedSecret === undefined) {
    return blame(ground, "secret_missing", "the account has no app secret yet");
  }
  const opened = openSealed(ground, sealedSecret, { thing: "app_secret", appid });
  if (opened.kind === "blamed") return opened;
  const call = { account, secret: opened.text, isForced, limits: limitQuestion(ground) };
  return judgeReply(await ground.client.askToken(call), ground.policy, ground.world.now());
}
