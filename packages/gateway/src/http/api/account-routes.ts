import { parseAppId, parseTemplateId } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import { addAccount, PLAIN_ACCOUNT } from "../../accounts/add-account.ts";
import { parseOrigin, parsePublicUrl } from "../../accounts/web-address.ts";
import { buildSealContext } from "../../secrets/seal-context.ts";
import type { AccountRecord, PlatformAddress } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import {
  AccountJson,
  AccountKindJson,
  PlatformJson,
  showAccount,
  WhenInDoubtJson,
} from "./account-json.ts";
import { expectField } from "./expect-field.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { CLOSED } from "./json.ts";
import { ProblemError, refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";
import { defineRoute } from "./route.ts";
import type { ApiAnswer, ApiRoute } from "./route.ts";

const NameJson = Type.String({ minLength: 1, maxLength: 100 });
const AppSecretJson = Type.String({ pattern: "^[!-~]{1,128}$" });
const TextJson = Type.String({ maxLength: 2_048 });

const NewAccountJson = Type.Object(
  {
    appid: TextJson,
    name: NameJson,
    kind: Type.Optional(AccountKindJson),
    template_id: TextJson,
    public_url: Type.Optional(TextJson),
    platform: Type.Optional(PlatformJson),
    app_secret: Type.Optional(AppSecretJson),
    when_in_doubt: Type.Optional(WhenInDoubtJson),
  },
  CLOSED,
);

const AccountChangeJson = Type.Object(
  {
    name: Type.Optional(NameJson),
    template_id: Type.Optional(TextJson),
    public_url: Type.Optional(TextJson),
    platform: Type.Optional(PlatformJson),
    app_secret: Type.Optional(Type.Union([AppSecretJson, Type.Null()])),
    when_in_doubt: Type.Optional(WhenInDoubtJson),
  },
  CLOSED,
);

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
    async handle(_input, { store }) {
      const accounts = await store.listAccounts();
      const shown = accounts.map(async (account) =>
        showAccount(account, await store.findPause(account.appid)),
      );
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
      return { body: showAccount(account, undefined) };
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
      return showCurrent(await findAccount(params.appid, context.store), context);
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
    problems: ["account_not_found", "demo_account_stays"],
    async handle({ params, body }, context) {
      const account = await findAccount(params.appid, context.store);
      const changed = changeAccount(account, body, context);
      await context.store.replaceAccount(changed);
      return showCurrent(changed, context);
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
      return showCurrent(account, context);
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
      return showCurrent(account, context);
    },
  }),
];

async function showCurrent(
  account: AccountRecord,
  { store }: AdminContext,
): Promise<ApiAnswer<Static<typeof AccountJson>>> {
  return { body: showAccount(account, await store.findPause(account.appid)) };
}

function readNewAccount(
  body: Static<typeof NewAccountJson>,
  { sealer, publicUrl, world }: AdminContext,
): Omit<AccountRecord, "code"> {
  const issues: RequestIssue[] = [];
  const appid = expectField(parseAppId(body.appid), ["appid"], issues);
  const templateId = expectField(parseTemplateId(body.template_id), ["template_id"], issues);
  const ownUrl = expectField(parsePublicUrl(body.public_url ?? publicUrl), ["public_url"], issues);
  const platform = readPlatform(body.platform ?? { kind: "real" }, issues);
  if (!appid || !templateId || !ownUrl || !platform) throw refuseContent(issues);
  const secret = body.app_secret;
  return {
    appid,
    name: body.name,
    kind: body.kind ?? "official_account",
    templateId,
    publicUrl: ownUrl,
    platform,
    sealedSecret:
      secret === undefined ? undefined : sealer.seal(secret, buildSealContext("app_secret", appid)),
    ...PLAIN_ACCOUNT,
    whenInDoubt: body.when_in_doubt ?? PLAIN_ACCOUNT.whenInDoubt,
    isDemo: false,
    createdAt: world.now(),
  };
}

function changeAccount(
  account: AccountRecord,
  body: Static<typeof AccountChangeJson>,
  { sealer }: AdminContext,
): AccountRecord {
  const addresses = readAddressChange(account, body);
  if (account.isDemo && addresses.platform.kind === "real") throw refuseRealPlatform();
  return {
    ...account,
    ...addresses,
    name: body.name ?? account.name,
    sealedSecret: resealSecret(account, body.app_secret, sealer),
    whenInDoubt: body.when_in_doubt ?? account.whenInDoubt,
  };
}

function readAddressChange(
  account: AccountRecord,
  body: Static<typeof AccountChangeJson>,
): Pick<AccountRecord, "templateId" | "publicUrl" | "platform"> {
  const issues: RequestIssue[] = [];
  const templateId =
    body.template_id === undefined
      ? account.templateId
      : expectField(parseTemplateId(body.template_id), ["template_id"], issues);
  const publicUrl =
    body.public_url === undefined
      ? account.publicUrl
      : expectField(parsePublicUrl(body.public_url), ["public_url"], issues);
  const platform =
    body.platform === undefined ? account.platform : readPlatform(body.platform, issues);
  if (!templateId || !publicUrl || !platform) throw refuseContent(issues);
  return { templateId, publicUrl, platform };
}

/** `undefined` leaves the secret as it is, `null` takes it away. */
function resealSecret(
  account: AccountRecord,
  secret: string | null | undefined,
  sealer: AdminContext["sealer"],
): string | undefined {
  if (secret === undefined) return account.sealedSecret;
  if (secret === null) return undefined;
  return sealer.seal(secret, buildSealContext("app_secret", account.appid));
}

function readPlatform(
  platform: Static<typeof PlatformJson>,
  issues: RequestIssue[],
): PlatformAddress | undefined {
  if (platform.kind === "real") return platform;
  const apiUrl = expectField(parseOrigin(platform.api_url), ["platform", "api_url"], issues);
  const pageUrl = expectField(parseOrigin(platform.page_url), ["platform", "page_url"], issues);
  return apiUrl === undefined || pageUrl === undefined
    ? undefined
    : { kind: "sandbox", apiUrl, pageUrl };
}

function refuseExisting(): ProblemError {
  return new ProblemError("account_exists", {
    detail: {
      zh: "这个 appid 已经添加过；用 PATCH 修改它。",
      en: "This appid was added before; change it with PATCH.",
    },
  });
}

function refuseRealPlatform(): ProblemError {
  return new ProblemError("demo_account_stays", {
    detail: {
      zh: "演示账号的 appid 属于官方文档，永远不会发往真正的微信；请为您自己的公众号另建账号。",
      en: "The demo's appid belongs to the official document and is never sent to the real WeChat; add an account of your own.",
    },
  });
}
