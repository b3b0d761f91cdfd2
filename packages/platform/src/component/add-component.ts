import { parseAppId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { assertIpRanges } from "../accounts/assert-ip-ranges.ts";
import { ControlError } from "../control/control-error.ts";
import { LIMITS } from "../limits.ts";
import { judgePushUrl } from "../push/judge-push-url.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { ComponentInput, ComponentPatch } from "./component-input.ts";
import type { Component } from "./component.ts";

interface ComponentParts {
  readonly store: PlatformStore;
  readonly world: Pick<World, "now" | "randomBytes">;
  readonly conduct: Conduct;
}

/** Adds a third-party platform. Called inside a commit; throws `ControlError`. */
export function addComponent(
  { store, world, conduct }: ComponentParts,
  input: ComponentInput,
): Component {
  const appid = parseAppId(input.appid ?? `wx${world.randomBytes(8).toString("hex")}`);
  if (appid === undefined) throw new ControlError("invalid_request", "appid is none");
  if (store.components.find(appid) ?? store.accounts.find(appid)) {
    throw new ControlError("conflict", `the appid ${appid} is taken`);
  }
  if (store.components.list().length >= LIMITS.componentsMax) {
    throw new ControlError("conflict", `a platform has at most ${LIMITS.componentsMax} components`);
  }
  assertAddresses(input, conduct);
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

/** Changes what the patch names. Called inside a commit; throws `ControlError`. */
export function changeComponent(
  { store, conduct }: Omit<ComponentParts, "world">,
  appid: string,
  patch: ComponentPatch,
): Component {
  assertAddresses(patch, conduct);
  const component = { ...findComponent(store, appid), ...patch };
  store.components.replace(component);
  return component;
}

/** Removes it, with its credentials and all that was entrusted to it. Called inside a commit; throws `ControlError`. */
export function removeComponent(store: PlatformStore, appid: string): void {
  const component = findComponent(store, appid);
  store.componentCredentials.remove(component.appid);
  store.components.remove(component.appid);
}

/** The component of this appid; throws `ControlError` when there is none. */
export function findComponent(store: PlatformStore, appid: string): Component {
  const component = store.components.find(appid);
  if (component !== undefined) return component;
  throw new ControlError("not_found", `there is no component ${appid}`);
}

function assertAddresses({ url, ipWhitelist }: ComponentPatch, conduct: Conduct): void {
  const problem = url === undefined ? undefined : judgePushUrl(url, conduct);
  if (problem !== undefined) {
    throw new ControlError("invalid_request", "nothing is pushed to this url", [
      { path: "/url", problem },
    ]);
  }
  assertIpRanges(ipWhitelist ?? []);
}
