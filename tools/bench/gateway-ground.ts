import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Acceptance,
  type AccountRecord,
  buildSealContext,
  type DatabaseAddress,
  createSealer,
  DeliveryEngine,
  ENGINE_LIMITS,
  openStore,
  type Store,
} from "@yici/gateway";
import { parseAppId, parseOpenId, parseScene, parseTemplateId, type AppId } from "@yici/protocol";
import { createDispatcher, createWorld, silentLog, type World } from "@yici/runtime";
import { startPostgres } from "../postgres/start-postgres.ts";
import { known } from "./known.ts";
import { CONTENT, type Engine } from "./send-order.ts";

/** A gateway's heart on a file of its own: the store and the engine as production has them, without the listeners. */
export interface GatewayGround extends AsyncDisposable {
  readonly world: World;
  readonly store: Store;
  /** A new engine over the store, in another world if one is given; the caller stops it. */
  buildEngine(elsewhere?: World): DeliveryEngine;
  /** Puts an account on record that sends to an origin. */
  addAccount(number: number, apiUrl: string): Promise<AppId>;
  /** Lets go of the store, and opens it again on what `change` has made of its database. */
  reopen(change: (database: DatabaseAddress) => Promise<void>): Promise<void>;
}

const DAY_MS = 86_400_000;

/** `connections`: over all accounts. One of them may have as many of these as it may in production. */
export async function openGatewayGround(
  connections: number,
  engine: Engine = "sqlite",
): Promise<GatewayGround> {
  const stack = new AsyncDisposableStack();
  return openGroundOn(await makeDatabase(engine, stack), connections, stack);
}

/** The same on a database that is there already, and stays. */
export async function openGroundOn(
  database: DatabaseAddress,
  connections: number,
  stack = new AsyncDisposableStack(),
): Promise<GatewayGround> {
  const dispatcher = createDispatcher({ connections });
  stack.defer(() => dispatcher.close());
  const world = createWorld({ log: silentLog, dispatcher });
  let store = await openStore(database, world);
  stack.defer(() => store.close());
  const sealer = createSealer([Buffer.alloc(32, 7)], world);
  const accountConnections = Math.ceil(
    (connections * ENGINE_LIMITS.accountConnections) / ENGINE_LIMITS.connections,
  );
  return {
    world,
    get store() {
      return store;
    },
    buildEngine: (elsewhere = world) =>
      new DeliveryEngine({
        store,
        world: elsewhere,
        sealer,
        limits: { connections, accountConnections },
      }),
    async addAccount(number, apiUrl) {
      const account = buildAccount(number, apiUrl);
      const sealedSecret = sealer.seal(
        "0".repeat(32),
        buildSealContext("app_secret", account.appid),
      );
      await store.addAccount({ ...account, sealedSecret });
      return account.appid;
    },
    async reopen(change) {
      await store.close();
      await change(database);
      store = await openStore(database, world);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** As the configuration's defaults have it. */
async function makeDatabase(engine: Engine, stack: AsyncDisposableStack): Promise<DatabaseAddress> {
  if (engine === "postgres") {
    const server = await startPostgres({ isDurable: true });
    stack.defer(() => server.stop());
    const { url } = server;
    return { kind: "postgres", url, listenUrl: url, isPreparing: true, connectionsMax: 10 };
  }
  const folder = mkdtempSync(join(tmpdir(), "yici-bench-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  return { kind: "sqlite", path: join(folder, "gateway.db") };
}

function buildAccount(number: number, apiUrl: string): AccountRecord {
  return {
    appid: known(parseAppId(`wx${String(number).padStart(16, "0")}`)),
    code: String(number).padStart(4, "0"),
    name: `account ${number}`,
    kind: "official_account",
    templateId: known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc")),
    publicUrl: "http://localhost:8170",
    platform: { kind: "sandbox", apiUrl, pageUrl: apiUrl },
    sealedSecret: undefined,
    tokenOrigin: { kind: "app_secret" },
    verificationFile: undefined,
    limits: { perSecond: undefined, inFlight: undefined },
    whenInDoubt: "retry",
    isDemo: false,
    createdAt: Date.now(),
  };
}

export type Slot = Pick<Acceptance, "appid" | "openid" | "scene">;

/** A slot that nobody else of a benchmark has: people in no order, as they are. */
export function buildSlot(appid: AppId, number: number): Slot {
  const scattered = (BigInt(number) * 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn;
  const openid = known(parseOpenId(`o${scattered.toString(36).padStart(27, "0")}`));
  return { appid, openid, scene: known(parseScene(1_000)) };
}

/** The acceptance of a message to a slot, due now, under a key of its caller's. */
export function buildAcceptance(slot: Slot, number: number, now: number): Acceptance {
  const id = `${now.toString(36).padStart(9, "0")}${String(number).padStart(11, "0")}`;
  return {
    ...slot,
    messageId: `msg_${slot.appid.slice(-4)}${id}`,
    content: CONTENT,
    dueAt: now,
    deadlineAt: now + 7 * DAY_MS,
    whenNoGrant: "refuse",
    whenInDoubt: undefined,
    minEvidence: "imported",
    principal: "benchmark",
    idempotency: { key: id, bodyHash: `${id}-${"0".repeat(43)}` },
    now,
  };
}
