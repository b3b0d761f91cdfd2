import { CliError } from "../cli-error.ts";

/** A listener's port and the option that chooses it. */
export interface PortOption {
  readonly option: string;
  readonly port: number;
}

/** Starts servers; a port or address that cannot be had becomes an error that names the option to change. */
export async function startListening<T>(
  start: () => Promise<T>,
  ports: readonly PortOption[],
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw describeListenFailure(error, ports) ?? error;
  }
}

/** What `listen` can fail with, in words. */
const FAILURES: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  EADDRINUSE: { zh: "已被另一个程序占用", en: "is taken by another program" },
  EACCES: {
    zh: "不允许使用（小于 1024 的端口需要特权）",
    en: "may not be used (ports below 1024 need a privilege)",
  },
  EADDRNOTAVAIL: { zh: "不是本机的地址", en: "is not an address of this machine" },
};

function describeListenFailure(error: unknown, ports: readonly PortOption[]): CliError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const failure = FAILURES[String(error.code)];
  if (failure === undefined) return undefined;
  const port = "port" in error ? error.port : undefined;
  const address = "address" in error ? String(error.address) : "";
  const option = ports.find((known) => known.port === port)?.option;
  return new CliError({
    exit: "notStarted",
    code: "port_unavailable",
    text: {
      zh: `没有启动：${address}:${String(port)} ${failure.zh}。`,
      en: `Not started: ${address}:${String(port)} ${failure.en}.`,
    },
    next:
      option === undefined
        ? undefined
        : {
            zh: `用 ${option} 换一个端口（0 表示任选空闲端口）。`,
            en: `Choose another port with ${option} (0 takes a free one).`,
          },
    cause: error,
  });
}
