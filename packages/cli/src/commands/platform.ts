import { join, resolve } from "node:path";
import {
  CA_FILE,
  parseReadings,
  type Platform,
  type PlatformOptions,
  startPlatform,
} from "@yici/platform";
import { readOrMakeAccessToken } from "../dev/access-token-file.ts";
import { ensureDataDir } from "../dev/cli-file.ts";
import { explainTrust } from "../dev/explain-trust.ts";
import { readSnapshotFile } from "../dev/read-snapshot-file.ts";
import type { Exit } from "../exit.ts";
import { isLoopbackHost } from "../loopback.ts";
import { renderFields } from "../screen/fields.ts";
import type { Session, SharedOptions } from "../session.ts";
import { startListening } from "./listen-failure.ts";
import { watchSignals } from "./until-signal.ts";

interface RunPlatformOptions extends SharedOptions {
  readonly data?: string;
  readonly database?: string;
  readonly demo?: true;
  readonly host?: string;
  readonly port?: number;
  readonly publicUrl?: string;
  readonly accessTokenFile?: string;
  readonly strict?: true;
  readonly readings?: string;
  readonly snapshot?: string;
  readonly tls?: true;
}

/** `yici platform`: WeChat's side alone, until a signal. */
export async function runPlatform(session: Session, options: RunPlatformOptions): Promise<Exit> {
  const { screen, environment } = session;
  const signals = watchSignals(session);
  const dataDir = options.data ?? environment.dataDir;
  const port = options.port ?? environment.platformPort;
  const tokenFile = chooseTokenFile(options, dataDir);
  ensureDataDir(dataDir);

  const start = planStart(session, options, { dataDir, port, tokenFile });
  const platform = await startListening(() => startPlatform(start), [{ option: "--port", port }]);

  const caFile = options.tls === true ? resolve(dataDir, CA_FILE) : undefined;
  screen.answer(
    { ...describe(platform), access_token_file: tokenFile, ca_file: caFile },
    introduce(platform, tokenFile) +
      (caFile === undefined ? "" : explainTrust(platform.url, caFile)),
  );
  return signals.untilSignal(() => platform.stop());
}

/** What a start was decided to be. */
interface Plan {
  readonly dataDir: string;
  readonly port: number;
  readonly tokenFile: string | undefined;
}

function planStart(
  { world }: Session,
  options: RunPlatformOptions,
  { dataDir, port, tokenFile }: Plan,
): PlatformOptions {
  return {
    world,
    port,
    host: options.host ?? "127.0.0.1",
    database: options.database ?? join(dataDir, "platform.db"),
    demo: options.demo === true,
    strict: options.strict === true,
    readings: parseReadings(options.readings),
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
    ...(options.snapshot !== undefined && { snapshot: readSnapshotFile(options.snapshot) }),
    ...(options.tls === true && { tls: { folder: dataDir } }),
    ...(tokenFile !== undefined && { accessToken: readOrMakeAccessToken(tokenFile, world) }),
  };
}

/** Off loopback there is always a token. */
function chooseTokenFile(options: RunPlatformOptions, dataDir: string): string | undefined {
  if (options.accessTokenFile !== undefined) return options.accessTokenFile;
  const isOpen = options.host === undefined || isLoopbackHost(options.host);
  return isOpen ? undefined : join(dataDir, "platform.token");
}

function describe({ url }: Platform): Readonly<Record<string, string>> {
  return { url, phone_url: `${url}/phone`, control_url: `${url}/control/v1` };
}

function introduce({ url }: Platform, tokenFile: string | undefined): string {
  return renderFields([
    { title: { zh: "手机", en: "phone" }, value: `${url}/phone` },
    { title: { zh: "接口", en: "API" }, value: `${url}/cgi-bin/…` },
    { title: { zh: "控制", en: "control" }, value: `${url}/control/v1/…` },
    { title: { zh: "令牌文件", en: "token file" }, value: tokenFile },
    { title: { zh: "停止", en: "stop" }, value: "Ctrl-C" },
  ]);
}
