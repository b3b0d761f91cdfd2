import { Type } from "typebox";
import type { IssuedToken } from "../../wechat/token-source.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { CLOSED } from "./json.ts";
import { ProblemError } from "./problem.ts";
import { defineRoute } from "./route.ts";
import type { ApiAnswer, ApiRoute } from "./route.ts";

const LentTokenJson = Type.Object({
  access_token: Type.String(),
  expires_in: Type.Integer({ description: "Seconds that are left of it" }),
});

const LoanJson = Type.Object(
  {
    refused_token_sha256: Type.Optional(
      Type.String({
        pattern: "^[0-9a-f]{64}$",
        description:
          "SHA-256 of a token that WeChat refused: if it is the one in force, WeChat is asked for another, once",
      }),
    ),
  },
  CLOSED,
);

/** `/v1/accounts/{appid}/token`: one token for all of a team's systems. An external token source can point here. */
export const TOKEN_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/token",
    operation: "lendToken",
    summary: "Lend the account's access token to another system of the team",
    params: AccountParams,
    query: LoanJson,
    answer: LentTokenJson,
    status: 200,
    right: "lend_token",
    problems: ["account_not_found", "account_paused"],
    async handle({ params, query }, { store, tokens, world }) {
      const { appid } = await findAccount(params.appid, store);
      const source = tokens.of(appid);
      const refused = query.refused_token_sha256;
      const answer = await (refused === undefined ? source.current() : source.renew(refused));
      if (answer.kind === "paused") throw refusePaused();
      if (answer.kind === "unavailable") throw refuseForNow();
      return lend(answer.token, world.now());
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/token/force",
    operation: "forceToken",
    summary: "Have WeChat end the token in force and give another, paused or not; 20 times a day",
    params: AccountParams,
    answer: Type.Object({ expires_in: LentTokenJson.properties.expires_in }),
    status: 200,
    problems: ["account_not_found", "account_paused"],
    async handle({ params }, { store, tokens, world }) {
      const { appid } = await findAccount(params.appid, store);
      const answer = await tokens.of(appid).force();
      if (answer.kind === "paused") throw refusePaused();
      if (answer.kind === "unavailable") throw refuseForNow();
      return { body: { expires_in: countSeconds(answer.token, world.now()) } };
    },
  }),
];

function countSeconds({ expiresAt }: IssuedToken, now: number): number {
  return Math.max(Math.floor((expiresAt - now) / 1_000), 0);
}

function lend(
  token: IssuedToken,
  now: number,
): ApiAnswer<{ readonly access_token: string; readonly expires_in: number }> {
  return { body: { access_token: token.value, expires_in: countSeconds(token, now) } };
}

function refusePaused(): ProblemError {
  return new ProblemError("account_paused", {
    detail: {
      zh: "账号已暂停，原因见账号的 pause；恢复后才能取得令牌。",
      en: "The account is paused, its pause says why; there is no token before it is resumed.",
    },
  });
}

function refuseForNow(): ProblemError {
  return new ProblemError("unavailable", {
    detail: {
      zh: "暂时拿不到令牌；请稍后再试。",
      en: "No token can be had for the moment; try again a little later.",
    },
  });
}
