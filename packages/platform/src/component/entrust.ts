import { type AppId, parseAppId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { findAccount } from "../accounts/add-account.ts";
import { isIpRange } from "../accounts/ip-range.ts";
import { ControlError } from "../control/control-error.ts";
import { LIMITS } from "../limits.ts";
import type { Push } from "../push/seal-push.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import type { AuthorizationInput, ComponentInput } from "./component-input.ts";
import { buildAuthorizedPush, buildUnauthorizedPush } from "./component-push.ts";
import { type Component, MESSAGE_PERMISSION_SET } from "./component.ts";

type EntrustWorld = Pick<World, "now" | "randomBytes">;

/** Adds a third-party platform. Called inside a commit; throws `ControlError`. */
export function addComponent(
  store: PlatformStore,
  input: ComponentInput,
  world: EntrustWorld,
): Component {
  const appid = parseAppId(input.appid ?? `wx${world.randomBytes(8).toString("hex")}`);
  if (appid === undefined) throw new ControlError("invalid_request", "appid is none");
  if (store.components.find(appid) ?? store.accounts.find(appid)) {
    throw new ControlError("conflict", `the appid ${appid} is taken`);
  }
  if (store.components.list().length >= LIMITS.componentsMax) {
    throw new ControlError("conflict", `a platform has at most ${LIMITS.componentsMax} components`);
  }
  checkAddresses(input);
  const component = {
    ...input,
    appid,
    secret: input.secret ?? world.randomBytes(16).toString("hex"),
    ipWhitelist: input.ipWhitelist ?? null,
    createdAt: world.now(),
  };
  store.components.add(component);
  return component;
}

function checkAddresses({ url, ipWhitelist }: ComponentInput): void {
  if (!URL.canParse(url)) {
    throw new ControlError("invalid_request", "the url is none", [
      { path: "/url", problem: "must be a whole http(s) address" },
    ]);
  }
  const wrong = ipWhitelist?.findIndex((range) => !isIpRange(range)) ?? -1;
  if (wrong === -1) return;
  throw new ControlError("invalid_request", "the whitelist holds what is no address", [
    {
      path: `/ipWhitelist/${wrong}`,
      problem: "must be an IP address or a range such as 203.0.113.0/24",
    },
  ]);
}

/** The component of this appid; throws `ControlError` when there is none. */
export function findComponent(store: PlatformStore, appid: string): Component {
  const component = store.components.find(appid);
  if (component !== undefined) return component;
  throw new ControlError("not_found", `there is no component ${appid}`);
}

/** What an administrator's consent brings: the code for the component, and the event that tells it. */
export interface Agreement {
  readonly component: Component;
  readonly code: ComponentCredential;
  readonly push: Push;
}

/** The account's administrator agrees. Called inside a commit; throws `ControlError`. */
export function authorize(
  store: PlatformStore,
  componentAppid: string,
  input: AuthorizationInput,
  world: EntrustWorld,
): Agreement {
  const component = findComponent(store, componentAppid);
  const { appid } = findAccount(store, input.appid);
  const { preAuthCode } = input;
  if (preAuthCode !== undefined) usePreAuthCode(store, component, preAuthCode, world);
  const known = store.components.findAuthorization(component.appid, appid);
  const isUpdate = known !== undefined && known.revokedAt === undefined;
  store.components.putAuthorization({
    component: component.appid,
    appid,
    permissionSets: input.permissionSets ?? [MESSAGE_PERMISSION_SET],
    refreshToken: isUpdate ? known.refreshToken : makeRefreshToken(world),
    authorizedAt: world.now(),
  });
  const pair: { component: AppId; appid: AppId } = { component: component.appid, appid };
  const code = store.componentCredentials.issue("authorization_code", pair, world);
  return { component, code, push: buildAuthorizedPush(component, code, { isUpdate, preAuthCode }) };
}

/** The account takes it back. Called inside a commit; throws `ControlError`. */
export function unauthorize(
  store: PlatformStore,
  componentAppid: string,
  appid: string,
  world: EntrustWorld,
): Omit<Agreement, "code"> {
  const component = findComponent(store, componentAppid);
  const known = store.components.findAuthorization(component.appid, appid);
  if (known === undefined || known.revokedAt !== undefined) {
    throw new ControlError("not_found", `account ${appid} has entrusted nothing to it`);
  }
  store.components.revokeAuthorization(known, world.now());
  return { component, push: buildUnauthorizedPush(component, known, world.now()) };
}

/** A code is good for one consent. */
function usePreAuthCode(
  store: PlatformStore,
  { appid }: Component,
  preAuthCode: string,
  world: EntrustWorld,
): void {
  const code = store.componentCredentials.find("pre_auth_code", appid, preAuthCode);
  if (code === undefined || code.endedAt !== undefined || world.now() >= code.expiresAt) {
    throw new ControlError("invalid_request", "the pre_auth_code is unknown, used or expired");
  }
  store.componentCredentials.end(code, world.now());
}

function makeRefreshToken(world: EntrustWorld): string {
  return `refreshtoken@@@${world.randomBytes(32).toString("base64url")}`;
}
