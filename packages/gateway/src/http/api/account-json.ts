import type { EpochMs } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import { buildCallbackUrl } from "../../accounts/account-addresses.ts";
import { type AccountState, isPaused, type Pause } from "../../deliveries/account-state.ts";
import type { Breaker } from "../../deliveries/breaker.ts";
import type { AccountRecord, PlatformAddress, TokenOrigin } from "../../store/records.ts";
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

/** How fast and how many at once an account may send, over all processes. */
export const LimitsJson = Type.Object({
  sends_per_second: nullable(Type.Integer({ minimum: 1, maximum: 100_000 })),
  sends_in_flight: nullable(Type.Integer({ minimum: 1, maximum: 100_000 })),
});

/** Since when trouble of the platform keeps sends back, and when the next one may try it. */
const BreakerJson = Type.Object({
  troubles: Type.Integer({ description: "Sends in a row that met trouble of the platform's" }),
  opened_at: InstantJson,
  until: InstantJson,
});

/** The file by which WeChat's console checks a domain; served at the root of the public listener. */
export const VerificationFileJson = Type.Object(
  {
    name: Type.String({ pattern: "^MP_verify_[A-Za-z0-9]{1,64}\\.txt$" }),
    content: Type.String({ pattern: "^[!-~]{1,256}$" }),
  },
  CLOSED,
);

/** Where an account's access tokens come from; what it takes to get them is never shown. */
const TokenOriginJson = Type.Union([
  Type.Object({ kind: Type.Literal("app_secret") }),
  Type.Object({ kind: Type.Literal("external"), url: Type.String() }),
  Type.Object({ kind: Type.Literal("authorizer"), component_appid: Type.String() }),
]);

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
  token_origin: TokenOriginJson,
  verification_file: nullable(VerificationFileJson),
  when_in_doubt: WhenInDoubtJson,
  limits: LimitsJson,
  is_demo: Type.Boolean(),
  created_at: InstantJson,
  in_flight_count: Type.Integer({ description: "Sends under way now, over all processes" }),
  pause: nullable(PauseJson),
  breaker: nullable(BreakerJson),
});

/** An account and how its deliveries stand, as the wire shows them. */
export function showAccount(
  account: AccountRecord,
  state: AccountState,
  now: EpochMs,
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
    token_origin: showTokenOrigin(account.tokenOrigin),
    verification_file: account.verificationFile ?? null,
    when_in_doubt: account.whenInDoubt,
    limits: {
      sends_per_second: account.limits.perSecond ?? null,
      sends_in_flight: account.limits.inFlight ?? null,
    },
    is_demo: account.isDemo,
    created_at: showInstant(account.createdAt),
    in_flight_count: state.load.inFlight,
    pause: showPause(isPaused(state, now) ? state.pause : undefined),
    breaker: showBreaker(state.breaker),
  };
}

function showBreaker({ troubles, opening }: Breaker): Static<typeof BreakerJson> | null {
  if (opening === undefined) return null;
  return {
    troubles,
    opened_at: showInstant(opening.openedAt),
    until: showInstant(opening.until),
  };
}

function showTokenOrigin(origin: TokenOrigin): Static<typeof TokenOriginJson> {
  switch (origin.kind) {
    case "app_secret":
      return { kind: "app_secret" };
    case "external":
      return { kind: "external", url: hideQuery(origin.url) };
    case "authorizer":
      return { kind: "authorizer", component_appid: origin.componentAppid };
  }
}

/** A query may hold a key of the team's own. */
function hideQuery(url: string): string {
  return url.replace(/\?.*$/s, "?…");
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

/** Where a platform is, as the wire shows it. */
export function showPlatform(platform: PlatformAddress): Static<typeof PlatformJson> {
  return platform.kind === "real"
    ? platform
    : { kind: "sandbox", api_url: platform.apiUrl, page_url: platform.pageUrl };
}
