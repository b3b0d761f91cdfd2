import { parseAccessToken } from "@yici/protocol";
import type { AccessToken } from "@yici/protocol";
import { buildSealContext } from "../secrets/seal-context.ts";
import type { ComponentRecord } from "../store/records.ts";
import { judgeReply, limitQuestion, openSealed } from "./token-ground.ts";
import type { AskOutcome, TokenGround } from "./token-ground.ts";
import { TOKEN_LIMITS } from "./token-limits.ts";

/**
 * A third-party platform's own token: the one the store keeps, unless it is `refused` or about to end; else a new one
 * for the last ticket that was pushed, which the store keeps from then on. Tickets come every ten minutes: one that is
 * missing is waited for.
 */
export async function askComponentToken(
  ground: TokenGround,
  component: ComponentRecord,
  refused: AccessToken | undefined,
): Promise<AskOutcome> {
  const { store, sealer, world } = ground;
  const { appid } = component;
  const stored = await store.findToken(appid);
  if (stored !== undefined && world.now() < stored.expiresAt - TOKEN_LIMITS.componentSpareMs) {
    const opened = openSealed(ground, stored.sealed, { thing: "access_token", appid });
    const value = opened.kind === "opened" ? parseAccessToken(opened.text) : undefined;
    if (value !== undefined && value !== refused) {
      return { kind: "fresh", value, lifeMs: stored.expiresAt - world.now() };
    }
  }
  const asked = await askWithTicket(ground, component);
  if (asked.kind !== "fresh") return asked;
  const sealed = sealer.seal(asked.value, buildSealContext("access_token", appid));
  await store.replaceToken(appid, stored?.version ?? 0, sealed, world.now() + asked.lifeMs);
  return asked;
}

async function askWithTicket(ground: TokenGround, component: ComponentRecord): Promise<AskOutcome> {
  const { client, policy, world } = ground;
  const { appid, platform, sealedSecret, sealedTicket } = component;
  if (sealedTicket === undefined) return { kind: "failed", reason: "ticket_missing" };
  const secret = openSealed(ground, sealedSecret, { thing: "app_secret", appid });
  const ticket = openSealed(ground, sealedTicket, { thing: "ticket", appid });
  if (secret.kind === "blamed") return secret;
  if (ticket.kind === "blamed") return { kind: "failed", reason: "ticket_unreadable" };
  const reply = await client.askComponentToken({
    component: { appid, platform, isDemo: false },
    secret: secret.text,
    ticket: ticket.text,
    limits: limitQuestion(ground),
  });
  return judgeReply(reply, policy, world.now());
}
