import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { type GatewayConfig, loadConfig } from "@yici/gateway";
import { parseReadings, type ReadingsOption } from "@yici/platform";
import { readOrMakeAccessToken } from "../dev/access-token-file.ts";
import { ensureDataDir, findCliFile, writeCliFile } from "../dev/cli-file.ts";
import { chooseLanAddress } from "../dev/lan-address.ts";
import { type Dev, startDev } from "../dev/start-dev.ts";
import { tellConfirmations } from "../dev/tell-confirmations.ts";
import type { Exit } from "../exit.ts";
import { renderDevScreen } from "../screen/dev-screen.ts";
import type { Session, SharedOptions } from "../session.ts";
import { type PortOption, startListening } from "./listen-failure.ts";
import { watchSignals } from "./until-signal.ts";

interface RunDevOptions extends SharedOptions {
  readonly data?: string;
  readonly port?: 0;
  readonly platformPort?: number;
  readonly publicPort?: number;
  readonly adminPort?: number;
  /** `true` when no address was named. */
  readonly lan?: string | true;
  readonly readings?: string;
}

/** Everything that one start is decided by. */
interface DevPlan {
  readonly dataDir: string;
  readonly host: string;
  /** Opens phone and control API; without `--lan` they are open. */
  readonly accessToken: string | undefined;
  readonly platformPort: number;
  readonly readings: ReadingsOption;
  readonly gateway: GatewayConfig;
}

/** `yici dev`: both sides on files, with the demo account, until a signal. */
export async function runDev(session: Session, options: RunDevOptions): Promise<Exit> {
  const { world, screen } = session;
  const signals = watchSignals(session);
  const plan = planDev(session, options);
  const dev = await startListening(() => start(session, plan), listPorts(plan));
  writeCliFile(plan.dataDir, {
    adminUrl: dev.gateway.adminUrl,
    apiKey: dev.apiKey,
    platformUrl: dev.platform.url,
    platformToken: plan.accessToken,
  });

  const { dataDir, accessToken } = plan;
  const { isColored } = screen;
  screen.answer(
    describe(dev, plan),
    await renderDevScreen(dev, { dataDir, accessToken, isColored }),
  );
  const telling = tellConfirmations({ world, screen, dev, dataDir: options.data });
  return signals.untilSignal(async () => {
    await telling.stop();
    await dev.stop();
  });
}

function planDev(session: Session, options: RunDevOptions): DevPlan {
  const { world, environment, env } = session;
  const dataDir = options.data ?? environment.dataDir;
  const lan = options.lan === true ? undefined : options.lan;
  const host = options.lan === undefined ? "127.0.0.1" : chooseLanAddress(networkInterfaces(), lan);
  const port = (own: number | undefined): string | undefined => (own ?? options.port)?.toString();
  ensureDataDir(dataDir);
  return {
    dataDir,
    host,
    accessToken:
      options.lan === undefined ? undefined : readOrMakeAccessToken(tokenPath(dataDir), world),
    platformPort: options.platformPort ?? options.port ?? environment.platformPort,
    readings: parseReadings(options.readings),
    gateway: loadConfig({
      env,
      flags: {
        databaseUrl: `sqlite:${join(dataDir, "yici.db")}`,
        publicHost: host,
        adminHost: host,
        publicPort: port(options.publicPort),
        adminPort: port(options.adminPort),
      },
    }),
  };
}

function tokenPath(dataDir: string): string {
  return join(dataDir, "platform.token");
}

function start({ world }: Session, plan: DevPlan): Promise<Dev> {
  const { dataDir, host, platformPort, accessToken } = plan;
  return startDev({
    world,
    gateway: plan.gateway,
    apiKey: findCliFile(dataDir)?.apiKey,
    platform: {
      host,
      port: platformPort,
      database: join(dataDir, "platform.db"),
      demoDomains: [host],
      readings: plan.readings,
      ...(accessToken !== undefined && { accessToken }),
    },
  });
}

function listPorts({ platformPort, gateway }: DevPlan): readonly PortOption[] {
  return [
    { option: "--platform-port", port: platformPort },
    { option: "--public-port", port: gateway.publicListener.port },
    { option: "--admin-port", port: gateway.adminListener.port },
  ];
}

function describe(
  { platform, gateway, account, link }: Dev,
  { dataDir, accessToken }: DevPlan,
): unknown {
  return {
    url: `${platform.url}/phone`,
    phone_url: `${platform.url}/phone`,
    platform_url: platform.url,
    public_url: gateway.publicUrl,
    admin_url: gateway.adminUrl,
    appid: account.appid,
    link: { id: link.id, scene: link.scene, entry_url: link.entryUrl },
    data: dataDir,
    access_token_file: accessToken === undefined ? undefined : tokenPath(dataDir),
  };
}
