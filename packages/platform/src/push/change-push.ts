import type { World } from "@yici/runtime";
import { findAccount } from "../accounts/add-account.ts";
import { ControlError } from "../control/control-error.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { PushInput } from "./push-input.ts";
import type { PushSettings, PushTarget } from "./push-target.ts";
import { verifyUrl } from "./verify-url.ts";

interface PushParts {
  readonly store: PlatformStore;
  readonly world: World;
  readonly stopping: AbortSignal;
}

/** Keeps an account's message-push settings if their URL passes the verification; throws `ControlError` with why not. */
export async function changePush(
  { store, world, stopping }: PushParts,
  appid: string,
  input: PushInput,
): Promise<PushSettings> {
  findAccount(store, appid);
  const problem = await findProblem({ store, world, stopping }, input);
  if (problem !== undefined) {
    throw new ControlError("invalid_request", `the URL was not verified: ${problem}`, [
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

async function findProblem(
  { world, stopping }: PushParts,
  input: PushInput,
): Promise<string | undefined> {
  if (!URL.canParse(input.url)) return "must be a whole http(s) address";
  return (await verifyUrl(world, input, stopping))?.en;
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
