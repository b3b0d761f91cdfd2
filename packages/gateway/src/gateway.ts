import { createDispatcher, createLog, createWorld } from "@yici/runtime";
import type { World } from "@yici/runtime";
import type { FastifyInstance } from "fastify";
import { ensureDemo } from "./accounts/ensure-demo.ts";
import { resealSecrets } from "./accounts/reseal-secrets.ts";
import type { GatewayConfig, ListenAddress } from "./config.ts";
import { DeliveryEngine } from "./deliveries/engine.ts";
import { RETRY_POLICY } from "./deliveries/retry-policy.ts";
import { examineStore } from "./examine-store.ts";
import type { Gateway, GatewayOptions } from "./gateway-options.ts";
import { createAdminServer } from "./http/admin-server.ts";
import { DeliveryWaiters } from "./http/delivery-waiters.ts";
import { createPublicServer } from "./http/public-server.ts";
import { createVisitLimiter, VISIT_LIMITS } from "./http/visits/visit-limits.ts";
import { issueApiKey } from "./keys/api-key.ts";
import { openStore } from "./open-store.ts";
import { openKnownKeys, rememberKeys } from "./secrets/known-keys.ts";
import { createSealer } from "./secrets/sealer.ts";
import type { Sealer } from "./secrets/sealer.ts";
import type { SecretKeys } from "./secrets/secret-keys.ts";
import type { Store } from "./store/store.ts";
import { UndoStack } from "./undo-stack.ts";

/** What everything else of the gateway stands on. */
interface Foundation {
  readonly world: World;
  readonly store: Store;
  readonly keys: SecretKeys;
  readonly sealer: Sealer;
}

/**
 * Starts a gateway: opens its store, listens, and begins to deliver. Resolves when both listeners answer. When it
 * cannot start, whatever was begun is undone; throws `ConfigError`, `DatabaseError`, or the system's error for an
 * address that cannot be listened on.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const undo = new UndoStack();
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(options: GatewayOptions, undo: UndoStack): Promise<Gateway> {
  const { config, demo } = options;
  const foundation = await openFoundation(options, undo);
  const { world, store, sealer } = foundation;
  const engine = new DeliveryEngine({ store, world, sealer });
  undo.push(() => engine.stop());
  const listenUrl = await startPublic(foundation, options, undo);
  const publicUrl = config.publicUrl ?? listenUrl;
  const deliveries = { engine, isRunning: false };
  const adminUrl = await startAdmin(foundation, { config, publicUrl, deliveries }, undo);
  const ground = { store, sealer, world, publicUrl };
  const shownDemo = demo === undefined ? undefined : await ensureDemo(demo, ground);
  engine.start();
  deliveries.isRunning = true;
  return {
    publicUrl,
    adminUrl,
    demo: shownDemo,
    issueKey: async (principal, rights) =>
      (await issueApiKey({ principal, rights }, store, world)).key,
    stop: () => undo.run(),
  };
}

async function openFoundation(
  { config, world: givenWorld }: GatewayOptions,
  undo: UndoStack,
): Promise<Foundation> {
  const world = givenWorld ?? createOwnWorld(config, undo);
  const store = await openStore(config.database, world);
  undo.push(() => store.close());
  const { keys, isRotated } = await openKnownKeys(config.secretKeys, store, world);
  const sealer = createSealer(keys, world);
  if (isRotated) await resealSecrets(store, sealer);
  await rememberKeys(keys, store);
  return { world, store, keys, sealer };
}

function createOwnWorld({ logLevel, proxy }: GatewayConfig, undo: UndoStack): World {
  const dispatcher = createDispatcher(proxy === undefined ? {} : { proxy });
  undo.push(() => dispatcher.close());
  return createWorld({ log: createLog(logLevel), dispatcher });
}

async function startPublic(
  { world, store, keys, sealer }: Foundation,
  { config, visitLimits = VISIT_LIMITS }: GatewayOptions,
  undo: UndoStack,
): Promise<string> {
  const limiter = createVisitLimiter(visitLimits, world);
  const { trustedProxies } = config;
  const app = createPublicServer({ store, keys, sealer, world, limiter, trustedProxies });
  return listen(app, config.publicListener, undo);
}

async function startAdmin(
  { world, store, sealer }: Foundation,
  parts: {
    readonly config: GatewayConfig;
    readonly publicUrl: string;
    readonly deliveries: { readonly engine: DeliveryEngine; isRunning: boolean };
  },
  undo: UndoStack,
): Promise<string> {
  const { config, publicUrl, deliveries } = parts;
  const waiters = new DeliveryWaiters(world);
  store.onChange((changed) => waiters.notify(changed));
  const { tokens, client } = deliveries.engine;
  const context = {
    store,
    world,
    sealer,
    waiters,
    tokens,
    client,
    examineStore: () => examineStore(config.database, world),
    policy: RETRY_POLICY,
    publicUrl,
  };
  const app = createAdminServer({ ...context, isDelivering: () => deliveries.isRunning });
  const url = await listen(app, config.adminListener, undo);
  // Whoever waits for a delivery is let go first, or the listener would not close.
  undo.push(async () => {
    deliveries.isRunning = false;
    waiters.close();
  });
  return url;
}

async function listen(
  app: FastifyInstance,
  { host, port }: ListenAddress,
  undo: UndoStack,
): Promise<string> {
  undo.push(() => app.close());
  await app.listen({ host, port });
  const address = app.server.address();
  const boundPort = typeof address === "object" ? address?.port : undefined;
  return `http://${nameHost(host)}:${boundPort ?? port}`;
}

/** Where this machine reaches a listener that listens on every address: on loopback. */
function nameHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
