import { isDeepStrictEqual } from "node:util";
import { Type } from "typebox";
import type { Static } from "typebox";
import { addAccount } from "../../accounts/add-account.ts";
import { buildFreshState } from "../../deliveries/account-state.ts";
import type { AccountRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import {
  AccountChangeJson,
  changeAccount,
  NewAccountJson,
  readNewAccount,
} from "./account-input.ts";
import { AccountJson, showAccount } from "./account-json.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { CLOSED } from "./json.ts";
import { ProblemError } from "./problem.ts";
import { refuseRight } from "./refuse-right.ts";
import { defineRoute } from "./route.ts";
import type { ApiAnswer, ApiRoute } from "./route.ts";

const PauseRequestJson = Type.Object(
  { detail: Type.Optional(Type.String({ maxLength: 200 })) },
  CLOSED,
);

/** `/v1/accounts`: whom the gateway sends for. */
export const ACCOUNT_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/accounts",
    operation: "listAccounts",
    summary: "List the accounts",
    answer: Type.Object({ items: Type.Array(AccountJson) }),
    status: 200,
    async handle(_input, context) {
      const accounts = await context.store.listAccounts();
      const shown = accounts.map((account) => showCurrent(account, context));
      return { body: { items: await Promise.all(shown) } };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts",
    operation: "addAccount",
    summary: "Add an account",
    body: NewAccountJson,
    answer: AccountJson,
    status: 201,
    problems: ["account_exists"],
    async handle({ body }, context) {
      const account = await addAccount(readNewAccount(body, context), context.store, context.world);
      if (account === undefined) throw refuseExisting();
      const { appid, createdAt } = account;
      return { body: showAccount(account, buildFreshState(appid), createdAt) };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}",
    operation: "findAccount",
    summary: "Show an account, and why its deliveries stand still if they do",
    params: AccountParams,
    answer: AccountJson,
    status: 200,
    problems: ["account_not_found"],
    async handle({ params }, context) {
      return answerCurrent(await findAccount(params.appid, context.store), context);
    },
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/accounts/{appid}",
    operation: "changeAccount",
    summary: "Change an account; what is left out stays as it is",
    params: AccountParams,
    body: AccountChangeJson,
    answer: AccountJson,
    status: 200,
    problems: ["account_not_found", "demo_account_stays", "right_missing"],
    async handle({ params, body, rights }, context) {
      const account = await findAccount(params.appid, context.store);
      const changed = changeAccount(account, body, context);
      // Where the platform is, the account's secret and tokens go.
      const isMoved = !isDeepStrictEqual(changed.platform, account.platform);
      if (isMoved && !rights.includes("lend_token")) throw refuseRight("lend_token");
      await context.store.replaceAccount(changed);
      return answerCurrent(changed, context);
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/pause",
    operation: "pauseAccount",
    summary: "Let an account's deliveries stand still until they are resumed",
    params: AccountParams,
    body: PauseRequestJson,
    answer: AccountJson,
    status: 200,
    problems: ["account_not_found"],
    async handle({ params, body, principal }, context) {
      const account = await findAccount(params.appid, context.store);
      const now = context.world.now();
      const detail = body.detail ?? `paused by ${principal}`;
      const pause = {
        reason: "operator",
        errcode: undefined,
        detail,
        pausedAt: now,
        until: undefined,
      };
      await context.store.pauseAccount(account.appid, pause, now);
      return answerCurrent(account, context);
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/resume",
    operation: "resumeAccount",
    summary: "Let an account's deliveries go on, whatever paused them",
    params: AccountParams,
    answer: AccountJson,
    status: 200,
    problems: ["account_not_found"],
    async handle({ params }, context) {
      const account = await findAccount(params.appid, context.store);
      await context.store.resumeAccount(account.appid, context.world.now());
      return answerCurrent(account, context);
    },
  }),
];

async function answerCurrent(
  account: AccountRecord,
  context: AdminContext,
): Promise<ApiAnswer<Static<typeof AccountJson>>> {
  return { body: await showCurrent(account, context) };
}

async function showCurrent(
  account: AccountRecord,
  { store, world }: AdminContext,
): Promise<Static<typeof AccountJson>> {
  return showAccount(account, await store.findAccountState(account.appid), world.now());
}

function refuseExisting(): ProblemError {
  return new ProblemError("account_exists", {
    detail: {
      zh: "这个 appid 已经添加过；用 PATCH 修改它。",
      en: "This appid was added before; change it with PATCH.",
    },
  });
}
