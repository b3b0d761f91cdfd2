import { ConfigError } from "@yici/protocol";
import {
  createLog,
  createMovableWorld,
  createWorld,
  isMovableWorld,
  type MovableWorld,
  type World,
} from "@yici/runtime";
import type { FastifyInstance } from "fastify";
import { AccessGate } from "./access/access-gate.ts";
import { registerEnterRoute } from "./access/enter-route.ts";
import { FormGuard } from "./access/form-guard.ts";
import { guardHosts, guardRoutes } from "./access/guard-routes.ts";
import { registerComponentLoginRoutes } from "./component/component-login-routes.ts";
import { Consents } from "./component/consents.ts";
import { Tickets } from "./component/tickets.ts";
import { registerConfirmRoutes } from "./confirm/confirm-routes.ts";
import { registerConsoleRoutes } from "./console/console-routes.ts";
import { LOGIN_PATH, registerLoginRoutes } from "./console/login-routes.ts";
import { registerControlRoutes } from "./control/control-routes.ts";
import { Control } from "./control/control.ts";
import type { PlatformControl } from "./control/platform-control.ts";
import { registerDecisionRoutes } from "./decisions/decision-routes.ts";
import { seedDemo } from "./demo.ts";
import { Faults } from "./faults/faults.ts";
import { registerFallbacks } from "./http/fallbacks.ts";
import { acceptForms } from "./http/form.ts";
import { HttpListener } from "./http/http-listener.ts";
import {
  listOwnHosts,
  type ListenAddress,
  readableHost,
  readAddress,
} from "./http/listen-address.ts";
import type { PageParts } from "./http/page-parts.ts";
import { Changes } from "./inbox/changes.ts";
import { PhoneFacts } from "./inbox/phone-facts.ts";
import { LIMITS } from "./limits.ts";
import { registerOAuthRoutes } from "./oauth/oauth-routes.ts";
import { registerAssetRoutes } from "./pages/asset-routes.ts";
import { registerWhoAreYouRoutes } from "./people/who-are-you-routes.ts";
import { registerPhoneRoutes } from "./phone/phone-routes.ts";
import type { PlatformOptions } from "./platform-options.ts";
import { Pusher } from "./push/pusher.ts";
import type { Conduct } from "./readings/conduct.ts";
import { readReadings } from "./readings/readings.ts";
import { restoreSnapshot } from "./snapshots/restore-snapshot.ts";
import type { Snapshot } from "./snapshots/snapshot.ts";
import { PlatformStore } from "./store/platform-store.ts";
import { CLOCK_SETTING, FORM_KEY_SETTING } from "./store/settings.ts";
import { createTestKit, type TestKit } from "./test-kit/test-kit.ts";
import type { TlsOptions } from "./tls/open-tls.ts";
import type { TlsIdentity } from "./tls/tls-identity.ts";
import { answerCall, type WireParts } from "./wire/answer-call.ts";
import { splitTarget } from "./wire/process-call.ts";

/** One call of WeChat's API, made in this process. */
export interface InProcessCall {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly target: string;
  /** Default: none. */
  readonly body?: string;
}

/** A running platform. */
export interface Platform extends TestKit {
  /** Origin under which it is reached, without a slash at its end. */
  readonly url: string;
  /** The control API, called in this process. */
  readonly control: PlatformControl;
  /**
   * A call under `/cgi-bin` or `/sns`, answered without a connection: the reply's JSON. Comes from 127.0.0.1; faults that
   * lose an answer lose nothing here.
   */
  call(request: InProcessCall): Promise<string>;
  /** With `tls`: the certificate, PEM, of the authority that clients are told to trust. */
  readonly caCertificate: string | undefined;
  /** Answers what was begun, then lets go of port and database. Calling it again is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts WeChat's side. Throws `ConfigError` for options that cannot be, `ControlError` for a snapshot that cannot be
 * used, `DatabaseError` when the database is in use or newer than this program, and what `listen` throws when the port is
 * taken.
 */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const address = readAddress(options);
  const conduct = {
    isStrict: options.strict === true,
    isBehindTls: isReachedByTls(address, options),
    readings: readReadings(options.readings),
  };
  const base = options.world ?? createWorld({ log: createLog("warn") });
  const tls = options.tls && (await openIdentity(options.tls, address, base));
  const store = PlatformStore.open(options.database ?? ":memory:", base);
  try {
    const world = isMovableWorld(base) ? base : createMovableWorld(base);
    const recordedMs = Number(store.settings.find(CLOCK_SETTING) ?? 0);
    world.advance(Math.max(recordedMs - world.advancedMs(), 0));
    return await new RunningPlatform({ store, world, address, tls, conduct, options }).start();
  } catch (error) {
    store.close();
    throw error;
  }
}

interface PlatformParts {
  readonly store: PlatformStore;
  readonly world: MovableWorld;
  readonly address: ListenAddress;
  readonly tls: TlsIdentity | undefined;
  readonly conduct: Conduct;
  readonly options: PlatformOptions;
}

class RunningPlatform implements Platform {
  readonly control: Control;
  readonly decide: TestKit["decide"];
  readonly waitForMessage: TestKit["waitForMessage"];
  readonly fault: TestKit["fault"];
  readonly #parts: PlatformParts;
  readonly #wire: WireParts;
  readonly #changes = new Changes();
  readonly #stopping = new AbortController();
  readonly #pusher: Pusher;
  readonly #tickets: Tickets;
  readonly #consents: Consents;
  readonly #listener: HttpListener;
  #url = "";
  #stopped: Promise<void> | undefined;

  constructor(parts: PlatformParts) {
    const { store, world, conduct } = parts;
    const faults = new Faults(world);
    const stopping = this.#stopping.signal;
    this.#pusher = new Pusher({ store, world, stopping });
    this.#tickets = new Tickets({ store, world, stopping }, this.#pusher);
    this.#consents = new Consents({ store, world }, this.#pusher);
    const live = {
      store,
      world,
      conduct,
      faults,
      changes: this.#changes,
      pusher: this.#pusher,
      tickets: this.#tickets,
      consents: this.#consents,
      stopping,
    };
    this.#parts = parts;
    this.#wire = live;
    this.#listener = new HttpListener(live, parts.tls);
    this.control = new Control({ ...live, seed: () => this.#seed() });
    const { decide, waitForMessage, fault } = createTestKit(this.control);
    this.decide = decide;
    this.waitForMessage = waitForMessage;
    this.fault = fault;
  }

  get url(): string {
    return this.#url;
  }

  get caCertificate(): string | undefined {
    return this.#parts.tls?.caCertificate;
  }

  async call({ method, target, body = "" }: InProcessCall): Promise<string> {
    const isSecure = this.#parts.conduct.isBehindTls;
    const call = { method, ...splitTarget(target), body, isSecure, clientIp: "127.0.0.1" };
    return (await answerCall(this.#wire, call)).text;
  }

  async start(): Promise<Platform> {
    const { store, world, address, tls, options } = this.#parts;
    if (options.snapshot !== undefined) await begin(store, options.snapshot, world);
    const formKey = await store.commit(() => {
      this.#seed();
      return store.settings.findOrMakeKey(FORM_KEY_SETTING, world);
    });
    this.#register(formKey);
    const port = await this.#listener.listen(address.host, address.port);
    const scheme = tls === undefined ? "http" : "https";
    this.#url = address.publicUrl ?? `${scheme}://${readableHost(address.host)}:${port}`;
    await this.#tickets.start();
    return this;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    const isClosed = new AbortController();
    const closed = this.#listener.close().finally(() => isClosed.abort());
    await this.#parts.world.sleep(LIMITS.stopGraceMs, isClosed.signal);
    this.#listener.breakConnections();
    await closed;
    await this.#tickets.settled();
    await this.#pusher.settled();
    this.#parts.store.close();
  }

  #seed(): void {
    const { store, world, options } = this.#parts;
    if (options.demo === true) seedDemo(store, options.demoDomains ?? [], world);
  }

  #register(formKey: Buffer): void {
    const { store, world, address, conduct, options } = this.#parts;
    const isSecure = isReachedByTls(address, options);
    const gate = new AccessGate(options.accessToken);
    const forms = new FormGuard(formKey, world, { isSecure });
    const live = { changes: this.#changes, pusher: this.#pusher };
    const pages = { store, world, conduct, gate, forms, ...live, isSecure };
    const { app } = this.#listener;
    if (gate.isOpenToAll) guardHosts(app, listOwnHosts(address));
    registerAssetRoutes(app);
    registerEnterRoute(app, gate, { isSecure });
    registerFallbacks(app, world.log);
    app.get("/", (_request, reply) => reply.redirect("/phone", 302));
    void app.register(async (scope) => registerMpRoutes(scope, pages, this.#consents));
    void app.register(async (scope) => {
      guardRoutes(scope, gate, "page");
      registerPhoneRoutes(scope, new PhoneFacts(store, this.#changes, this.#pusher), {
        world,
        isSecure,
      });
    });
    void app.register(async (scope) => {
      guardRoutes(scope, gate, { loginPath: LOGIN_PATH });
      registerConsoleRoutes(scope, pages, this.control);
    });
    void app.register(
      async (scope) => {
        guardRoutes(scope, gate, "problem");
        registerControlRoutes(scope, this.control);
      },
      { prefix: "/control/v1" },
    );
  }
}

/** What makes certificates is loaded where it is needed: it would double the time of every other start. */
async function openIdentity(
  tls: TlsOptions,
  { host, publicUrl }: ListenAddress,
  world: World,
): Promise<TlsIdentity> {
  const { openTls } = await import("./tls/open-tls.ts");
  const hosts = publicUrl === undefined ? [host] : [host, new URL(publicUrl).hostname];
  return openTls(tls, hosts, world);
}

/** Whether browsers and callers come by https, to the platform itself or to a proxy in front of it. */
function isReachedByTls({ publicUrl }: ListenAddress, { tls }: PlatformOptions): boolean {
  return publicUrl === undefined ? tls !== undefined : publicUrl.startsWith("https:");
}

/** Begins with a snapshot, which must not take the place of what somebody has. */
async function begin(store: PlatformStore, snapshot: Snapshot, world: MovableWorld): Promise<void> {
  if (store.isEmpty()) return restoreSnapshot(store, snapshot, world);
  throw new ConfigError([
    {
      name: "snapshot",
      problem:
        "is for a database in which there is nothing yet, and this one has accounts or people: give it a new file, or import with PUT /control/v1/snapshot",
    },
  ]);
}

/** What WeChat shows people at mp.weixin.qq.com and at open.weixin.qq.com. */
function registerMpRoutes(app: FastifyInstance, pages: PageParts, consents: Consents): void {
  acceptForms(app);
  registerComponentLoginRoutes(app, { ...pages, consents });
  registerConfirmRoutes(app, pages);
  registerWhoAreYouRoutes(app, pages);
  registerDecisionRoutes(app, pages);
  registerLoginRoutes(app, pages.gate, pages);
  registerOAuthRoutes(app, pages);
}
