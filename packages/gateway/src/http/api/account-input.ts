import { parseAppId, parseTemplateId } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import { PLAIN_ACCOUNT } from "../../accounts/add-account.ts";
import { parsePublicUrl } from "../../accounts/web-address.ts";
import type { SendLimits } from "../../deliveries/send-limits.ts";
import { buildSealContext } from "../../secrets/seal-context.ts";
import type { AccountRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import {
  AccountKindJson,
  LimitsJson,
  PlatformJson,
  VerificationFileJson,
  WhenInDoubtJson,
} from "./account-json.ts";
import { expectField } from "./expect-field.ts";
import { CLOSED, nullable } from "./json.ts";
import { readPlatform } from "./platform-input.ts";
import { ProblemError, refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";
import { NewTokenOriginJson, readTokenOrigin } from "./token-origin-input.ts";

const NameJson = Type.String({ minLength: 1, maxLength: 100 });
const AppSecretJson = Type.String({ pattern: "^[!-~]{1,128}$" });
const TextJson = Type.String({ maxLength: 2_048 });

/** What may be said of an account when it is added and later. */
const SETTINGS = {
  public_url: Type.Optional(TextJson),
  platform: Type.Optional(PlatformJson),
  token_origin: Type.Optional(NewTokenOriginJson),
  verification_file: Type.Optional(nullable(VerificationFileJson)),
  when_in_doubt: Type.Optional(WhenInDoubtJson),
  limits: Type.Optional(Type.Partial(LimitsJson, CLOSED)),
};

/** An account that is to be added. */
export const NewAccountJson = Type.Object(
  {
    ...SETTINGS,
    appid: TextJson,
    name: NameJson,
    kind: Type.Optional(AccountKindJson),
    template_id: TextJson,
    app_secret: Type.Optional(AppSecretJson),
  },
  CLOSED,
);

/** What is to change of an account. */
export const AccountChangeJson = Type.Object(
  {
    ...SETTINGS,
    name: Type.Optional(NameJson),
    template_id: Type.Optional(TextJson),
    app_secret: Type.Optional(nullable(AppSecretJson)),
  },
  CLOSED,
);

type AccountChange = Static<typeof AccountChangeJson>;

/** Reads a new account. Throws a problem that names every mistake. */
export function readNewAccount(
  body: Static<typeof NewAccountJson>,
  context: AdminContext,
): Omit<AccountRecord, "code"> {
  const { sealer, publicUrl, world } = context;
  const issues: RequestIssue[] = [];
  const appid = expectField(parseAppId(body.appid), ["appid"], issues);
  const templateId = expectField(parseTemplateId(body.template_id), ["template_id"], issues);
  const ownUrl = expectField(parsePublicUrl(body.public_url ?? publicUrl), ["public_url"], issues);
  const platform = readPlatform(body.platform ?? { kind: "real" }, issues);
  if (!appid || !templateId || !ownUrl || !platform) throw refuseContent(issues);
  const secret = body.app_secret;
  const plain: Omit<AccountRecord, "code"> = {
    ...PLAIN_ACCOUNT,
    appid,
    name: body.name,
    kind: body.kind ?? "official_account",
    templateId,
    publicUrl: ownUrl,
    platform,
    sealedSecret:
      secret === undefined ? undefined : sealer.seal(secret, buildSealContext("app_secret", appid)),
    isDemo: false,
    createdAt: world.now(),
  };
  return { ...plain, ...readSettings(plain, body, context) };
}

/** The account with what is to change of it. Throws a problem that names every mistake. */
export function changeAccount(
  account: AccountRecord,
  body: AccountChange,
  context: AdminContext,
): AccountRecord {
  const addresses = readAddressChange(account, body);
  if (account.isDemo && addresses.platform.kind === "real") throw refuseRealPlatform();
  return {
    ...account,
    ...addresses,
    ...readSettings(account, body, context),
    name: body.name ?? account.name,
    sealedSecret: resealSecret(account, body.app_secret, context.sealer),
  };
}

/** What holds for a new account as for an old one: what is left out stays as it is. */
function readSettings(
  account: Omit<AccountRecord, "code">,
  body: Pick<AccountChange, "token_origin" | "verification_file" | "when_in_doubt" | "limits">,
  { sealer }: Pick<AdminContext, "sealer">,
): Pick<AccountRecord, "tokenOrigin" | "verificationFile" | "whenInDoubt" | "limits"> {
  const { token_origin: origin, verification_file: file, limits = {} } = body;
  const issues: RequestIssue[] = [];
  const tokenOrigin =
    origin === undefined
      ? account.tokenOrigin
      : readTokenOrigin(origin, { appid: account.appid, sealer, issues });
  if (tokenOrigin === undefined) throw refuseContent(issues);
  return {
    tokenOrigin,
    verificationFile: file === undefined ? account.verificationFile : (file ?? undefined),
    whenInDoubt: body.when_in_doubt ?? account.whenInDoubt,
    limits: readLimits(account.limits, limits),
  };
}

/** `null` takes a limit away. */
function readLimits(
  current: SendLimits,
  { sends_per_second: perSecond, sends_in_flight: inFlight }: Partial<Static<typeof LimitsJson>>,
): SendLimits {
  return {
    perSecond: perSecond === undefined ? current.perSecond : (perSecond ?? undefined),
    inFlight: inFlight === undefined ? current.inFlight : (inFlight ?? undefined),
  };
}

function readAddressChange(
  account: AccountRecord,
  body: AccountChange,
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

function refuseRealPlatform(): ProblemError {
  return new ProblemError("demo_account_stays", {
    detail: {
      zh: "演示账号的 appid 属于官方文档，永远不会发往真正的微信；请为您自己的公众号另建账号。",
      en: "The demo's appid belongs to the official document and is never sent to the real WeChat; add an account of your own.",
    },
  });
}
