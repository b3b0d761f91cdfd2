import type { Command } from "commander";
import type { AddCommand } from "./command.ts";
import { readPort, readPortZero } from "./option-values.ts";

/** Adds the commands that run until they are stopped. */
export function addServerCommands(program: Command, add: AddCommand): void {
  const dev = add(program, {
    usage: "dev",
    description:
      "启动整套系统：微信一侧（手机）与网关，带演示账号\nStart everything: WeChat's side with its phone, and the gateway, with a demo account",
    options: addDevOptions,
    load: async () => (await import("./commands/dev.ts")).runDev,
  });
  add(dev, {
    usage: "exec <command...>",
    description:
      "在内存中启动整套系统，运行一个命令，以它的退出码结束\nStart everything in memory, run a command beside it, end with its exit code",
    options: addDevExecOptions,
    load: async () => (await import("./commands/dev-exec.ts")).runDevExec,
  });
  add(program, {
    usage: "gateway",
    description: "启动网关（开发者一侧）\nStart the gateway, the developer's side",
    options: addGatewayOptions,
    load: async () => (await import("./commands/gateway.ts")).runGateway,
  });
  add(program, {
    usage: "migrate",
    description:
      "把数据库升级到本程序的结构后结束\nBring the database to this program's schema, and end",
    options: (command) =>
      command
        .option("--data <dir>", DATA)
        .option("--database-url <url>", "数据库 Database (sqlite:./data/yici.db)")
        .option("--print", "只印出 SQL，什么都不做 Print the SQL alone and do nothing"),
    load: async () => (await import("./commands/migrate.ts")).runMigrate,
  });
  const platform = add(program, {
    usage: "platform",
    description:
      "只启动微信一侧：确认页、接口、手机\nStart WeChat's side alone: confirm page, API, phone",
    options: addPlatformOptions,
    load: async () => (await import("./commands/platform.ts")).runPlatform,
  });
  add(platform, {
    usage: "exec <command...>",
    description:
      "在内存中启动微信一侧，运行一个命令，以它的退出码结束\nStart WeChat's side in memory, run a command beside it, end with its exit code",
    options: addPlatformExecOptions,
    load: async () => (await import("./commands/platform-exec.ts")).runPlatformExec,
  });
}

const DATA = "数据目录，默认 ./data Data folder (./data)";
const PORT_ZERO = "0：都用空闲端口 0: every listener takes a free port";

const STRICT =
  "像真实平台那样检查沙箱放宽的地方 Enforce what the real one does and a sandbox relaxes";
const READINGS =
  "文档未说清处的读法：default、pessimistic 或 name=word,… How to read what the document leaves open";

function addDevOptions(command: Command): Command {
  return command
    .option("--data <dir>", DATA)
    .option("--port <0>", PORT_ZERO, readPortZero)
    .option("--platform-port <port>", "微信一侧的端口 Port of WeChat's side (8180)", readPort)
    .option("--public-port <port>", "网关公开端口 Port of links and callbacks (8170)", readPort)
    .option("--admin-port <port>", "网关管理端口 Port of the admin API (8171)", readPort)
    .option(
      "--lan [address]",
      "在局域网地址上启动，印出真手机可扫的二维码 Listen on the network's address and print a QR code for a real phone",
    )
    .option("--readings <list>", READINGS);
}

function addGatewayOptions(command: Command): Command {
  return command
    .option("--data <dir>", DATA)
    .option("--port <0>", PORT_ZERO, readPortZero)
    .option("--database-url <url>", "数据库 Database (sqlite:./data/yici.db)")
    .option(
      "--database-pooler <kind>",
      "数据库前的连接池 Pooler before the database: none or transaction",
    )
    .option(
      "--database-listen-url <url>",
      "绕过连接池直达数据库的地址 The server itself, beside the pooler",
    )
    .option("--database-connections <count>", "数据库连接数上限 Database connections at most (10)")
    .option("--public-host <host>", "公开监听地址 Host of links and callbacks (127.0.0.1)")
    .option("--public-port <port>", "公开端口 Port of links and callbacks (8170)")
    .option("--public-url <url>", "浏览器访问公开端口所用的地址 Address by which browsers reach it")
    .option("--admin-host <host>", "管理监听地址 Host of the admin API (127.0.0.1)")
    .option("--admin-port <port>", "管理端口 Port of the admin API (8171)")
    .option("--proxy <url>", "访问微信时经过的代理 Proxy for calls to WeChat")
    .option("--trusted-proxies <list>", "可信的前置代理 Proxies whose headers are believed")
    .option("--log-level <level>", "日志级别 debug, info, warn, error or silent");
}

function addPlatformOptions(command: Command): Command {
  return command
    .option("--data <dir>", DATA)
    .option("--database <path>", "数据库文件 Database file (platform.db in the data folder)")
    .option(
      "--demo",
      "备好官方文档的示例账号、一个移动应用和三个人 Seed the document's sample account, a mobile app and three people",
    )
    .option("--host <host>", "监听地址 Host (127.0.0.1)")
    .option("--port <port>", "端口，0 表示任选 Port, 0 takes a free one (8180)", readPort)
    .option("--public-url <url>", "浏览器访问所用的地址 Address by which browsers reach it")
    .option(
      "--access-token-file <file>",
      "访问令牌文件，不存在则生成 File with the token that opens phone and control API; made when absent",
    )
    .option("--strict", STRICT)
    .option("--readings <list>", READINGS)
    .option("--snapshot <file>", SNAPSHOT)
    .option("--tls", TLS);
}

const SNAPSHOT = "以快照文件的状态开始 Begin with the state of a snapshot file";
const TLS =
  "以 https 提供服务，证书由自己的 CA 签发 Serve https, with a certificate authority of its own";

function addDevExecOptions(command: Command): Command {
  return command.passThroughOptions().option("--tls", TLS).option("--readings <list>", READINGS);
}

function addPlatformExecOptions(command: Command): Command {
  return command
    .passThroughOptions()
    .option("--snapshot <file>", SNAPSHOT)
    .option("--tls", TLS)
    .option("--strict", STRICT)
    .option("--readings <list>", READINGS);
}
