import { type Gateway, type GatewayConfig, loadConfig, startGateway } from "@yici/gateway";
import { DEMO_ACCOUNT, type Platform, type PlatformOptions, startPlatform } from "@yici/platform";
import {
  createDispatcher,
  createLog,
  createMovableWorld,
  createWorld,
  isMovableWorld,
  type MovableWorld,
  type World,
} from "@yici/runtime";
import type { MessageJson } from "../gateway-json.ts";
import { ensureApiKey } from "./ensure-api-key.ts";
import { waitForDelivery } from "./wait-for-delivery.ts";

/** How the two sides are started. */
export interface DevOptions {
  /** Default: the real world, whose log shows warnings and errors. */
  readonly world?: World | undefined;
  /** Default: in memory, on a free port of loopback. World and demo are given to it in any case. */
  readonly platform?: Omit<PlatformOptions, "world" | "demo">;
  /** Default: in memory, on free ports of loopback, whatever the environment says. */
  readonly gateway?: GatewayConfig;
  /** A key issued on an earlier start, kept if it is still in force. */
  readonly apiKey?: string | undefined;
}

/** Both sides of the capability in one process, ready to be used. */
export interface Dev {
  readonly platform: Platform;
  readonly gateway: Gateway;
  /** Opens the gateway's `/v1`. */
  readonly apiKey: string;
  /** The official document's sample account: known to the platform, and ready in the gateway. */
  readonly account: typeof DEMO_ACCOUNT;
  /** A link of that account. */
  readonly link: DevLink;
  /**
   * Puts the one clock of both sides forward: grants, tokens, `send_at`, deadlines, leases. What falls due happens after
   * it resolves, as it would in time: wait for it.
   */
  advance(ms: number): Promise<void>;
  /**
   * The message once its delivery has ended, whichever way; rejects when that takes longer than `waitMs` (default 10 000)
   * of real time.
   */
  waitForDelivery(messageId: string, options?: { readonly waitMs?: number }): Promise<MessageJson>;
  /** Stops the gateway, then the platform. Calling it again is harmless. */
  stop(): Promise<void>;
}

export interface DevLink {
  readonly id: string;
  readonly scene: number;
  /** Where to begin. */
  readonly entryUrl: string;
}

/** Starts platform and gateway with the demo account on both. When one cannot start, nothing is left running. */
export async function startDev(options: DevOptions = {}): Promise<Dev> {
  const base = options.world ?? createWorld({ log: createLog("warn") });
  const world = isMovableWorld(base) ? base : createMovableWorld(base);
  const stops: (() => Promise<void>)[] =
    options.world === undefined ? [() => world.dispatcher.close()] : [];
  const stop = async (): Promise<void> => {
    for (const undo of stops.splice(0).toReversed()) await undo();
  };
  try {
    const platform = await startPlatform({ ...options.platform, world, demo: true });
    stops.push(() => platform.stop());
    const { caCertificate } = platform;
    const trusting = caCertificate === undefined ? world : trust(world, caCertificate);
    if (trusting !== world) stops.push(() => trusting.dispatcher.close());
    const gateway = await startGateway({
      world: trusting,
      config: options.gateway ?? inMemory(),
      demo: { apiUrl: platform.url, pageUrl: platform.url, appSecret: DEMO_ACCOUNT.secret },
    });
    stops.push(() => gateway.stop());
    const apiKey = await ensureApiKey(world, gateway, options.apiKey);
    return {
      platform,
      gateway,
      apiKey,
      account: DEMO_ACCOUNT,
      link: demoLink(gateway),
      advance: async (advanceMs) => void (await platform.control.advanceClock({ advanceMs })),
      waitForDelivery: (messageId, { waitMs = DELIVERY_WAIT_MS } = {}) => {
        const target = { adminUrl: gateway.adminUrl, apiKey };
        return waitForDelivery(
          { world: base, target, appid: DEMO_ACCOUNT.appid, waitMs },
          messageId,
        );
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const DELIVERY_WAIT_MS = 10_000;

/** The same world, in which https also believes a platform's own authority. */
function trust(world: MovableWorld, extraCa: string): MovableWorld {
  return { ...world, dispatcher: createDispatcher({ tls: { extraCa } }) };
}

function inMemory(): GatewayConfig {
  return loadConfig({
    env: {},
    flags: { databaseUrl: "sqlite::memory:", publicPort: "0", adminPort: "0" },
  });
}

/** The scene of the link that the gateway's demo has. */
const DEMO_SCENE = 1000;

function demoLink({ demo }: Gateway): DevLink {
  if (demo === undefined) throw new TypeError("a gateway started with a demo has one");
  return { id: demo.linkId, scene: DEMO_SCENE, entryUrl: demo.entryUrl };
}
