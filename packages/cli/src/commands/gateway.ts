import { type Gateway, type GatewayFlags, loadConfig, startGateway } from "@yici/gateway";
import { cliFilePath, ensureDataDir, findCliFile, writeCliFile } from "../dev/cli-file.ts";
import { ensureApiKey } from "../dev/ensure-api-key.ts";
import type { Exit } from "../exit.ts";
import { renderFields } from "../screen/fields.ts";
import type { Session, SharedOptions } from "../session.ts";
import { startListening } from "./listen-failure.ts";
import { watchSignals } from "./until-signal.ts";

interface RunGatewayOptions extends SharedOptions, Omit<GatewayFlags, "secretKeys"> {
  readonly data?: string;
  readonly port?: 0;
}

/** `yici gateway`: the developer's side alone, until a signal. */
export async function runGateway(session: Session, options: RunGatewayOptions): Promise<Exit> {
  const { world, screen, environment, env } = session;
  const signals = watchSignals(session);
  const dataDir = options.data ?? environment.dataDir;
  ensureDataDir(dataDir);
  const config = loadConfig({ env, flags: chooseFlags(options, env) });

  const gateway = await startListening(
    () => startGateway({ config }),
    [
      { option: "--public-port", port: config.publicListener.port },
      { option: "--admin-port", port: config.adminListener.port },
    ],
  );
  const apiKey = await ensureApiKey(world, gateway, findCliFile(dataDir)?.apiKey);
  writeCliFile(dataDir, { adminUrl: gateway.adminUrl, apiKey });

  const { publicUrl, adminUrl } = gateway;
  screen.answer(
    { url: adminUrl, public_url: publicUrl, admin_url: adminUrl, key_file: cliFilePath(dataDir) },
    introduce(gateway, dataDir),
  );
  return signals.untilSignal(() => gateway.stop());
}

function chooseFlags(options: RunGatewayOptions, env: Session["env"]): GatewayFlags {
  const port = options.port?.toString();
  return {
    ...options,
    databaseUrl: options.databaseUrl ?? databaseIn(options.data, env),
    publicPort: options.publicPort ?? port,
    adminPort: options.adminPort ?? port,
    logLevel: options.logLevel ?? (options.verbose === true ? "debug" : undefined),
  };
}

/** A data folder has a database in it, unless the environment names another one. */
function databaseIn(dataDir: string | undefined, env: Session["env"]): string | undefined {
  const isNamed = [env["YICI_DATABASE_URL"], env["YICI_DATABASE_URL_FILE"]].some(Boolean);
  return dataDir === undefined || isNamed ? undefined : `sqlite:${dataDir}/yici.db`;
}

function introduce({ publicUrl, adminUrl }: Gateway, dataDir: string): string {
  return renderFields([
    { title: { zh: "公开端", en: "public" }, value: publicUrl },
    { title: { zh: "管理端", en: "admin" }, value: `${adminUrl}/v1` },
    { title: { zh: "密钥在", en: "API key in" }, value: cliFilePath(dataDir) },
    { title: { zh: "停止", en: "stop" }, value: "Ctrl-C" },
  ]);
}
