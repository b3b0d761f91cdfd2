import { type Command, Option } from "commander";
import { aboutGateway } from "./about-gateway.ts";
import type { AddCommand } from "./command.ts";
import { readAppId, readMaximum } from "./option-values.ts";

/** Adds the commands about whom the gateway sends for. */
export function addAccountCommands(program: Command, add: AddCommand): void {
  const accounts = program.command("accounts").description("账号\nAccounts");
  addReading(accounts, add);
  addPausing(accounts, add);
  const load = () => import("./commands/change-account.ts");
  add(
    accounts,
    aboutGateway({
      usage: "add <appid>",
      description: "添加账号 Add an account",
      options: (command) =>
        addSettings(
          command
            .requiredOption("--name <text>", NAME)
            .requiredOption("--template-id <id>", TEMPLATE)
            .addOption(
              new Option(
                "--kind <kind>",
                "种类 What the appid belongs to (official_account)",
              ).choices(["official_account", "mobile_app", "test_account"]),
            ),
        ),
      load: async () => (await load()).addAccount,
    }),
  );
  add(
    accounts,
    aboutGateway({
      usage: "set <appid>",
      description: "修改账号，没有给出的不变 Change an account; what is not given stays",
      options: (command) =>
        addSettings(command.option("--name <text>", NAME).option("--template-id <id>", TEMPLATE)),
      load: async () => (await load()).setAccount,
    }),
  );
}

function addReading(accounts: Command, add: AddCommand): void {
  const load = () => import("./commands/accounts.ts");
  add(
    accounts,
    aboutGateway({
      usage: "list",
      description: "列出账号 List the accounts",
      isDefault: true,
      load: async () => (await load()).listAccounts,
    }),
  );
  add(
    accounts,
    aboutGateway({
      usage: "show <appid>",
      description: "一个账号的设置，以及为何暂停 An account's settings, and why it stands still",
      load: async () => (await load()).showAccount,
    }),
  );
}

function addPausing(accounts: Command, add: AddCommand): void {
  const load = () => import("./commands/accounts.ts");
  add(
    accounts,
    aboutGateway({
      usage: "pause <appid>",
      description: "暂停账号的发送 Let an account's deliveries stand still",
      options: (command) => command.option("--detail <text>", "为什么 Why"),
      load: async () => (await load()).pauseAccount,
    }),
  );
  add(
    accounts,
    aboutGateway({
      usage: "resume <appid>",
      description: "恢复暂停的账号 Resume a paused account",
      load: async () => (await load()).resumeAccount,
    }),
  );
  add(
    accounts,
    aboutGateway({
      usage: "force-token <appid>",
      description:
        "作废现有令牌换新的，每天 20 次 End the token in force for a new one, 20 times a day",
      load: async () => (await load()).forceToken,
    }),
  );
}

const NAME = "名称，访客会看到 Name, shown to visitors";
const TEMPLATE = "一次性订阅消息的模板 id Template id of one-time subscription messages";

function addSettings(command: Command): Command {
  return command
    .option(
      "--public-url <url>",
      "浏览器访问网关所用的地址 Address by which browsers reach the gateway",
    )
    .option("--app-secret-file <file>", "存有 app secret 的文件 File with the app secret")
    .option("--api-url <url>", "沙箱的接口地址 Address of a sandbox's API")
    .option("--page-url <url>", "沙箱的页面地址 Address of a sandbox's pages")
    .addOption(
      new Option(
        "--when-in-doubt <word>",
        "发送没有得到回答时 After an unanswered send (retry)",
      ).choices(["retry", "stop"]),
    )
    .option(
      "--sends-per-second <count>",
      "每秒最多发几条，none 不限 Sends a second at most, or none",
      readMaximum,
    )
    .option(
      "--sends-in-flight <count>",
      "同时最多发几条，none 不限 Sends at once at most, or none",
      readMaximum,
    )
    .option("--domain-file <file>", "微信给的 MP_verify_….txt WeChat's file that proves the domain")
    .option("--token-url <url>", "从自己的令牌服务取令牌 Have tokens from a service of your own")
    .option("--token-bearer-file <file>", "存有该服务密钥的文件 File with that service's bearer")
    .option(
      "--component <appid>",
      "从第三方平台取令牌 Have tokens as a third-party platform",
      readAppId,
    )
    .option(
      "--refresh-token-file <file>",
      "存有 authorizer_refresh_token 的文件 File with the refresh token",
    )
    .option("--own-token", "用 app secret 取令牌 Have tokens for the app secret");
}
