import type { CommandSpec } from "./command.ts";
import type { TargetOptions } from "./gateway-target.ts";

/** Adds the options of a command that asks the gateway. */
export function aboutGateway<Options extends TargetOptions>(
  spec: CommandSpec<Options>,
): CommandSpec<Options> {
  return {
    ...spec,
    options: (command) =>
      (spec.options?.(command) ?? command)
        .option("--data <dir>", "cli.json 所在目录 Folder of cli.json (./data)")
        .option("--admin-url <url>", "网关管理地址 Address of the gateway's admin API")
        .option("--api-key-file <file>", "存有 API 密钥的文件 File with the API key"),
  };
}
