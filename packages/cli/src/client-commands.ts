import type { Command } from "commander";
import { aboutGateway } from "./about-gateway.ts";
import { addAccountCommands } from "./account-commands.ts";
import type { AddCommand, CommandSpec } from "./command.ts";
import { addComponentCommands } from "./component-commands.ts";
import type { TargetOptions } from "./gateway-target.ts";
import {
  readAppId,
  readInstant,
  readLimit,
  readOpenId,
  readScene,
  readWaitSeconds,
} from "./option-values.ts";

/** Adds the commands that ask a running gateway. */
export function addClientCommands(program: Command, add: AddCommand): void {
  addLinks(program, add);
  addSend(program, add);
  addGrants(program, add);
  addMessages(program, add);
  addKeys(program, add);
  addAccountCommands(program, add);
  addComponentCommands(program, add);
  add(
    program,
    aboutAccount({
      usage: "doctor",
      description:
        "检查一切是否就绪：配置、数据库、时钟、域名、令牌、配额\nSee whether all is right: settings, database, clocks, domains, tokens, quotas",
      load: async () => (await import("./commands/doctor.ts")).runDoctor,
    }),
  );
}

function addLinks(program: Command, add: AddCommand): void {
  const links = program
    .command("links")
    .description("链接：请人授权的入口\nLinks: entries that ask people");
  const load = () => import("./commands/links.ts");
  add(
    links,
    aboutAccount({
      usage: "add",
      description: "新建链接 Make a link",
      options: (command) =>
        command
          .requiredOption("--scene <number>", "场景 Scene, 0 to 10000", readScene)
          .option("--title <text>", "关于什么，访客会看到 What it is about, shown to visitors"),
      load: async () => (await load()).addLink,
    }),
  );
  add(
    links,
    aboutAccount({
      usage: "list",
      description: "列出链接 List the links",
      isDefault: true,
      load: async () => (await load()).listLinks,
    }),
  );
  add(
    links,
    aboutAccount({
      usage: "open <id>",
      description: "印出入口地址和二维码 Print the entry address and its QR code",
      load: async () => (await load()).openLink,
    }),
  );
}

function addSend(program: Command, add: AddCommand): void {
  add(
    program,
    aboutAccount({
      usage: "send",
      description: "发送一条消息，等待并显示结果\nSend a message, wait for its outcome and show it",
      options: addSendOptions,
      load: async () => (await import("./commands/send.ts")).send,
    }),
  );
}

function addSendOptions(command: Command): Command {
  return command
    .requiredOption("--to <openid>", "收信人 Who receives it", readOpenId)
    .requiredOption("--scene <number>", "场景 Scene, 0 to 10000", readScene)
    .requiredOption("--title <text>", "标题，最多 15 字 Title, at most 15 characters")
    .requiredOption("--content <text>", "内容，最多 200 字 Content, at most 200 characters")
    .option("--color <#RRGGBB>", "文字颜色 Colour of the text")
    .option("--url <url>", "点开后的网页 Page that a tap opens")
    .option("--miniprogram-appid <appid>", "点开后的小程序 Mini-program that a tap opens")
    .option("--miniprogram-path <path>", "小程序页面 Page of the mini-program")
    .option(
      "--send-at <instant>",
      "定时发送 Not before, such as 2026-12-01T09:00:00+08:00",
      readInstant,
    )
    .option("--wait-for-grant", "没有授权时排队等待 Wait for a grant instead of being refused")
    .option(
      "--wait <seconds>",
      "最多等结果多少秒 Seconds to wait for the outcome (30)",
      readWaitSeconds,
    )
    .option("--idempotency-key <key>", "同一个键只受理一次 The same key is accepted once");
}

function addGrants(program: Command, add: AddCommand): void {
  const grants = program.command("grants").description("授权\nGrants");
  const load = () => import("./commands/grants.ts");
  add(
    grants,
    aboutAccount({
      usage: "list",
      description: "列出授权 List the grants",
      isDefault: true,
      options: addPageOptions,
      load: async () => (await load()).listGrants,
    }),
  );
  add(
    grants,
    aboutAccount({
      usage: "reinstate <openid> <scene> <generation>",
      description: "恢复一次被误判作废的授权 Take a void of a grant back",
      load: async () => (await load()).reinstateGrant,
    }),
  );
}

function addMessages(program: Command, add: AddCommand): void {
  const messages = program
    .command("messages")
    .description("消息及其经过\nMessages and their stories");
  const load = () => import("./commands/messages.ts");
  add(
    messages,
    aboutAccount({
      usage: "list",
      description: "列出消息 List the messages",
      isDefault: true,
      options: addPageOptions,
      load: async () => (await load()).listMessages,
    }),
  );
  add(
    messages,
    aboutAccount({
      usage: "show <id>",
      description: "一条消息的全部经过 The whole story of one message",
      load: async () => (await load()).showMessage,
    }),
  );
  add(
    messages,
    aboutAccount({
      usage: "cancel <id>",
      description: "取消尚未发出的消息 Cancel a message that was not sent yet",
      load: async () => (await load()).cancelMessage,
    }),
  );
}

function addKeys(program: Command, add: AddCommand): void {
  const keys = program.command("keys").description("API 密钥\nAPI keys");
  const load = () => import("./commands/keys.ts");
  add(
    keys,
    aboutGateway({
      usage: "add <name>",
      description: "签发密钥，只显示这一次 Issue a key, shown this once",
      options: (command) =>
        command.option("--right <right...>", "额外的权利：lend_token Further rights: lend_token"),
      load: async () => (await load()).addKey,
    }),
  );
  add(
    keys,
    aboutGateway({
      usage: "list",
      description: "列出密钥 List the keys",
      isDefault: true,
      load: async () => (await load()).listKeys,
    }),
  );
  add(
    keys,
    aboutGateway({
      usage: "revoke <id>",
      description: "作废密钥 Revoke a key",
      load: async () => (await load()).revokeKey,
    }),
  );
}

/** Adds the options of a command about one account. */
function aboutAccount<Options extends TargetOptions>(
  spec: CommandSpec<Options>,
): CommandSpec<Options> {
  return aboutGateway({
    ...spec,
    options: (command) =>
      (spec.options?.(command) ?? command).option(
        "--account <appid>",
        "哪个账号，只有一个时可省 Which account; may be left out when there is one",
        readAppId,
      ),
  });
}

function addPageOptions(command: Command): Command {
  return command
    .option("--openid <openid>", "只看这个人 Of this person only", readOpenId)
    .option("--scene <number>", "只看这个场景 Of this scene only", readScene)
    .option("--state <state>", "只看这个状态 In this state only")
    .option("--limit <rows>", "最多几行 Rows at most (50)", readLimit)
    .option("--after <cursor>", "接着上一页 Continue after the page before");
}
