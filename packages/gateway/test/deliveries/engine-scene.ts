import assert from "node:assert/strict";
import { parseAppId, parseOpenId, parseScene, parseTemplateId } from "@yici/protocol";
import type { AppId } from "@yici/protocol";
import { createDispatcher, createManualWorld } from "@yici/runtime";
import type { LogFields, ManualWorld } from "@yici/runtime";
import { PLAIN_ACCOUNT } from "../../src/accounts/add-account.ts";
import type { DeliveryState } from "../../src/deliveries/delivery.ts";
import { DeliveryEngine } from "../../src/deliveries/engine.ts";
import type { EngineParts } from "../../src/deliveries/engine.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import type { RetryPolicy } from "../../src/deliveries/retry-policy.ts";
import { buildSealContext } from "../../src/secrets/seal-context.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import type { Sealer } from "../../src/secrets/sealer.ts";
import type { Acceptance, MessageReport } from "../../src/store/ledger.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { startToyPlatform } from "./toy-platform.ts";
import type { ToyPlatform } from "./toy-platform.ts";

export const SECRET = "canary-app-secret";

/** Narrows what a test knows to be there. */
export function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

/** The `number`-th account, openid. */
export const appidOf = (number: number): AppId =>
  known(parseAppId(`wx${String(number).padStart(16, "0")}`));

/** A store in memory, a platform to send to, a clock that stands still, and an engine that is not started. */
export interface EngineScene extends AsyncDisposable {
  readonly world: ManualWorld;
  readonly store: Store;
  readonly platform: ToyPlatform;
  readonly sealer: Sealer;
  readonly engine: DeliveryEngine;
  readonly log: readonly { readonly sentence: string; readonly fields: LogFields }[];
  /** Another engine in the same world, over this store or a wrapped one. */
  buildEngine(parts?: Partial<EngineParts>): DeliveryEngine;
  /** Puts the account on record; account 1 is there already. */
  addAccount(number: number): Promise<void>;
  /** Gives `count` people a grant and accepts a message to each; answers the messages' ids. */
  accept(count: number, parts?: Partial<Acceptance>): Promise<readonly string[]>;
  find(messageId: string): Promise<MessageReport>;
  /** Resolves when the message has come to a state, by whatever road. */
  reached(messageId: string, state: DeliveryState): Promise<MessageReport>;
  /** Resolves when `isSo` answers true, having been asked once in each turn of the event loop. */
  until(isSo: () => boolean | Promise<boolean>): Promise<void>;
}

const TURNS_MAX = 20_000;

export async function openEngineScene(
  parts: { readonly policy?: Partial<RetryPolicy>; readonly limits?: EngineParts["limits"] } = {},
): Promise<EngineScene> {
  const dispatcher = createDispatcher();
  const log: { sentence: string; fields: LogFields }[] = [];
  const note = (fields: LogFields, sentence: string): void => void log.push({ fields, sentence });
  const world: ManualWorld = {
    ...createManualWorld({ dispatcher }),
    log: { debug: note, info: note, warn: note, error: note },
  };
  const policy = { ...RETRY_POLICY, ...parts.policy };
  const store = SqliteStore.open({ path: ":memory:", world, policy });
  const platform = await startToyPlatform();
  const sealer = createSealer([Buffer.alloc(32, 7)], world);
  const engines: DeliveryEngine[] = [];
  const appids = new Map<string, AppId>();

  const buildEngine = (more: Partial<EngineParts> = {}): DeliveryEngine => {
    const { limits } = parts;
    const engine = new DeliveryEngine({
      store,
      world,
      sealer,
      policy,
      ...(limits !== undefined && { limits }),
      ...more,
    });
    engines.push(engine);
    return engine;
  };
  const scene: EngineScene = {
    world,
    store,
    platform,
    sealer,
    log,
    buildEngine,
    engine: buildEngine(),
    async addAccount(number) {
      const appid = appidOf(number);
      const { url } = platform;
      await store.addAccount({
        appid,
        code: String(number).padStart(4, "0"),
        name: `account ${number}`,
        kind: "official_account",
        templateId: known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc")),
        publicUrl: "http://localhost:8170",
        platform: { kind: "sandbox", apiUrl: url, pageUrl: url },
        sealedSecret: sealer.seal(SECRET, buildSealContext("app_secret", appid)),
        ...PLAIN_ACCOUNT,
        isDemo: false,
        createdAt: world.now(),
      });
    },
    async accept(count, more = {}) {
      const asked = Array.from({ length: count }, () => {
        const number = String(appids.size + 1).padStart(6, "0");
        appids.set(`msg_${number}`, more.appid ?? appidOf(1));
        return { messageId: `msg_${number}`, openid: known(parseOpenId(`person-${number}`)) };
      });
      const accepted = asked.map(async ({ messageId, openid }) => {
        const now = world.now();
        const slot = { appid: appidOf(1), openid, scene: known(parseScene(1_000)), ...more };
        const { appid, scene: number } = slot;
        await store.importGrant({ appid, openid: slot.openid, scene: number }, now, now);
        const outcome = await store.accept({
          ...slot,
          messageId,
          content: { title: "订阅通知", content: "您好!" },
          dueAt: now,
          deadlineAt: now + policy.deadlineMs,
          whenNoGrant: "refuse",
          whenInDoubt: undefined,
          minEvidence: "imported",
          principal: "tests",
          idempotency: undefined,
          now,
          ...more,
        });
        assert.equal(outcome.kind, "accepted");
        return messageId;
      });
      return Promise.all(accepted);
    },
    async find(messageId) {
      return known(await store.findMessage(known(appids.get(messageId)), messageId));
    },
    async reached(messageId, state) {
      await scene.until(async () => (await scene.find(messageId)).delivery.state === state);
      return scene.find(messageId);
    },
    async until(isSo) {
      for (let turn = 0; turn < TURNS_MAX; turn += 1) {
        if (await isSo()) return;
        await new Promise<void>((resolve) => world.defer(resolve));
      }
      assert.fail("it never came to be so");
    },
    async [Symbol.asyncDispose]() {
      const stopped = Promise.all(engines.map((engine) => engine.stop(0)));
      await world.advance(0);
      await world.advance(10_000); // Whatever a test has taken away is not waited for.
      await stopped;
      await platform[Symbol.asyncDispose]();
      await dispatcher.destroy();
      await store.close();
    },
  };
  await scene.addAccount(1);
  return scene;
}
