import type { AppId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { findAccount } from "../accounts/add-account.ts";
import { ControlError } from "../control/control-error.ts";
import type { Push } from "../push/seal-push.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { findComponent } from "./add-component.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import type { AuthorizationInput } from "./component-input.ts";
import { buildAuthorizedPush, buildUnauthorizedPush } from "./component-push.ts";
import { type Component, MESSAGE_PERMISSION_SET } from "./component.ts";

type EntrustWorld = Pick<World, "now" | "randomBytes">;

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
