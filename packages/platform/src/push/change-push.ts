import type { World } from "@yici/runtime";
import { findAccount } from "../accounts/add-account.ts";
import { ControlError } from "../control/control-error.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { judgePushUrl } from "./judge-push-url.ts";
import type { PushInput } from "./push-input.ts";
import type { PushSettings, PushTarget } from "./push-target.ts";
import { verifyUrl } from "./verify-url.ts";

interface PushParts {
  readonly store: PlatformStore;
  readonly world: World;
  readonly stopping: AbortSignal;
  readonly conduct: Conduct;
}

/** Keeps an account's message-push settings if their URL passes the verification; throws `ControlError` with why not. */
export async function changePush(
  parts: PushParts,
  appid: string,
  input: PushInput,
): Promise<PushSettings> {
  const { store, conduct, world, stopping } = parts;
  findAccount(store, appid);
  const problem = judgePushUrl(input.url, conduct) ?? (await verifyUrl(world, input, stopping));
  if (problem !== undefined) {
    throw new ControlError("invalid_request", `the URL was not verified: ${problem.en}`, [
      { path: "/url", problem },
    ]);
  }
  return store.commit(() => {
    const settings = makeSettings(store, appid, input);
    store.pushSettings.put(settings);
    return settings;
  });
}

/** The settings there are; throws `ControlError` when the account, or its settings, are not there. */
export function findPush(store: PlatformStore, appid: string): PushSettings {
  const settings = store.pushSettings.find(findAccount(store, appid).appid);
  if (settings !== undefined) return settings;
  throw new ControlError("not_found", `account ${appid} has no message-push settings`);
}

function makeSettings(store: PlatformStore, appid: string, input: PushInput): PushSettings {
  const account = findAccount(store, appid);
  const known = store.pushSettings.find(account.appid);
  return {
    appid: account.appid,
    url: input.url,
    token: input.token,
    encodingAesKey: input.encodingAesKey,
    previousEncodingAesKey: rotateKey(known, input.encodingAesKey),
    mode: input.mode ?? "plain",
    format: input.format ?? "xml",
    hasExtensionEvents: input.hasExtensionEvents ?? false,
  };
}

function rotateKey(known: PushTarget | undefined, next: string): string | undefined {
  return known === undefined || known.encodingAesKey === next
    ? known?.previousEncodingAesKey
    : known.encodingAesKey;
}
