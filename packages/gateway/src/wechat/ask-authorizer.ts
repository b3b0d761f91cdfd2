import type { AccessToken } from "@yici/protocol";
import { buildSealContext } from "../secrets/seal-context.ts";
import type { AccountRecord, ComponentRecord, TokenOrigin } from "../store/records.ts";
import { askComponentToken } from "./ask-component-token.ts";
import type { AuthorizerTokenReply } from "./component-calls.ts";
import { blame, judgeReply, limitQuestion, openSealed } from "./token-ground.ts";
import type { AskOutcome, TokenGround } from "./token-ground.ts";

type AuthorizerOrigin = Extract<TokenOrigin, { readonly kind: "authorizer" }>;

/**
 * Asks for the token of an account that is entrusted to a third-party platform of ours, with the component's token. A
 * component's token that is refused is replaced once. A refresh token that the platform has replaced is kept.
 */
export async function askAuthorizer(
  ground: TokenGround,
  account: AccountRecord,
  origin: AuthorizerOrigin,
): Promise<AskOutcome> {
  const { appid } = account;
  const component = await ground.store.findComponent(origin.componentAppid);
  if (component === undefined) {
    const detail = `there is no third-party platform ${origin.componentAppid} on record`;
    return blame(ground, "component_missing", detail);
  }
  const opened = openSealed(ground, origin.sealedRefreshToken, { thing: "refresh_token", appid });
  if (opened.kind === "blamed") return opened;

  const ask = async (componentToken: AccessToken): Promise<AuthorizerTokenReply> =>
    ground.client.askAuthorizerToken({
      component: { ...component, isDemo: account.isDemo },
      componentToken,
      authorizerAppid: appid,
      refreshToken: opened.text,
      limits: limitQuestion(ground),
    });
  const answer = await askWithComponentToken(ground, component, ask);
  if (answer.kind === "blamed" || answer.kind === "failed" || answer.kind === "paused") {
    return answer;
  }
  if (answer.kind === "token") {
    const next = answer.refreshToken;
    await keepRefreshToken(ground, account, { origin, current: opened.text, next });
  }
  return judgeReply(answer, ground.policy, ground.world.now());
}

/** Codes that say that the component's token is of no use. */
const TOKEN_CODES: readonly number[] = [40001, 40014, 42001];

async function askWithComponentToken(
  ground: TokenGround,
  component: ComponentRecord,
  ask: (componentToken: AccessToken) => Promise<AuthorizerTokenReply>,
): Promise<AuthorizerTokenReply | Exclude<AskOutcome, { readonly kind: "fresh" }>> {
  const first = await askComponentToken(ground, component, undefined);
  if (first.kind !== "fresh") return first;
  const reply = await ask(first.value);
  if (reply.kind !== "refused" || !TOKEN_CODES.includes(reply.errcode)) return reply;
  const second = await askComponentToken(ground, component, first.value);
  return second.kind === "fresh" ? ask(second.value) : second;
}

async function keepRefreshToken(
  { store, sealer }: TokenGround,
  account: AccountRecord,
  token: {
    readonly origin: AuthorizerOrigin;
    readonly current: string;
    readonly next: string | undefined;
  },
): Promise<void> {
  const { origin, current, next } = token;
  if (next === undefined || next === current) return;
  const sealedRefreshToken = sealer.seal(next, buildSealContext("refresh_token", account.appid));
  await store.replaceAccount({ ...account, tokenOrigin: { ...origin, sealedRefreshToken } });
}
