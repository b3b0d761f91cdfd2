import { Type } from "typebox";
import type { Static } from "typebox";
import { buildCallbackUrl } from "../../accounts/account-addresses.ts";
import type { Pause } from "../../store/ledger.ts";
import type { AccountRecord, PlatformAddress } from "../../store/records.ts";
import { CLOSED, InstantJson, nullable, showInstant, showInstantIfAny } from "./json.ts";

/** WeChat itself, or the hosts of a sandbox. */
export const PlatformJson = Type.Union([
  Type.Object({ kind: Type.Literal("real") }, CLOSED),
  Type.Object(
    {
      kind: Type.Literal("sandbox"),
      api_url: Type.String({ description: "Origin of /cgi-bin/… as the gateway reaches it" }),
      page_url: Type.String({ description: "Origin of /mp/… as people's browsers reach it" }),
    },
    CLOSED,
  ),
]);

/** What an appid belongs to. */
export const AccountKindJson = Type.Enum(["official_account", "mobile_app", "test_account"]);
/** What to do after a send that nobody answered. */
export const WhenInDoubtJson = Type.Enum(["retry", "stop"], {
  description: "Whether an unanswered send may be tried again within the doubt window",
});

/** Why an account's deliveries stand still. */
export const PauseJson = Type.Object({
  reason: Type.String(),
  errcode: nullable(Type.Integer()),
  detail: Type.String(),
  paused_at: InstantJson,
  until: nullable(InstantJson),
});

/** An account as it is shown; its secret never is. */
export const AccountJson = Type.Object({
  appid: Type.String(),
  code: Type.String({ description: "Carried by every public id of the account" }),
  name: Type.String(),
  kind: AccountKindJson,
  template_id: Type.String(),
  public_url: Type.String(),
  callback_url: Type.String(),
  platform: PlatformJson,
  has_app_secret: Type.Boolean(),
  when_in_doubt: WhenInDoubtJson,
  is_demo: Type.Boolean(),
  created_at: InstantJson,
  pause: nullable(PauseJson),
});

/** An account and its pause, as the wire shows them. */
export function showAccount(
  account: AccountRecord,
  pause: Pause | undefined,
): Static<typeof AccountJson> {
  return {
    appid: account.appid,
    code: account.code,
    name: account.name,
    kind: account.kind,
    template_id: account.templateId,
    public_url: account.publicUrl,
    callback_url: buildCallbackUrl(account),
    platform: showPlatform(account.platform),
    has_app_secret: account.sealedSecret !== undefined,
    when_in_doubt: account.whenInDoubt,
    is_demo: account.isDemo,
    created_at: showInstant(account.createdAt),
    pause: showPause(pause),
  };
}

/** A pause as the wire shows it. */
export function showPause(pause: Pause | undefined): Static<typeof PauseJson> | null {
  if (pause === undefined) return null;
  return {
    reason: pause.reason,
    errcode: pause.errcode ?? null,
    detail: pause.detail,
    paused_at: showInstant(pause.pausedAt),
    until: showInstantIfAny(pause.until),
  };
}

function showPlatform(platform: PlatformAddress): Static<typeof PlatformJson> {
  return platform.kind === "real"
    ? platform
    : { kind: "sandbox", api_url: platform.apiUrl, page_url: platform.pageUrl };
}
