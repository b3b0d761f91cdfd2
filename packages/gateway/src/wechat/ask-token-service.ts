import type { AppId } from "@yici/protocol";
import type { TokenOrigin } from "../store/records.ts";
import { blame, judgeReply, limitQuestion, openSealed } from "./token-ground.ts";
import type { AskOutcome, TokenGround } from "./token-ground.ts";

/** A question to a team's own token service. */
export interface ServiceQuestion {
  readonly appid: AppId;
  readonly origin: Extract<TokenOrigin, { readonly kind: "external" }>;
  readonly refusedHash: string | undefined;
}

/** Asks the team's own token service. One that does not know us, or the account, is the account's fault. */
export async function askTokenService(
  ground: TokenGround,
  { appid, origin, refusedHash }: ServiceQuestion,
): Promise<AskOutcome> {
  const { client, policy, world } = ground;
  const { url, sealedBearer } = origin;
  const opened = openSealed(ground, sealedBearer, { thing: "bearer", appid });
  if (opened.kind === "blamed") return opened;
  const limits = limitQuestion(ground);
  const reply = await client.askTokenService({ url, bearer: opened.text, refusedHash, limits });
  if (reply.kind === "unanswered" && REFUSALS.includes(reply.reason)) {
    return blame(ground, "token_service_refused", `the token service answered ${reply.reason}`);
  }
  return judgeReply(reply, policy, world.now());
}

/** HTTP statuses that another try does not change. */
const REFUSALS: readonly string[] = [401, 403, 404].map((status) => `http_status: ${status}`);
