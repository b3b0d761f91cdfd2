import type { Command } from "commander";
import { aboutGateway } from "./about-gateway.ts";
import type { AddCommand } from "./command.ts";

/** Adds the commands about the team's own third-party platforms. */
export function addComponentCommands(program: Command, add: AddCommand): void {
  const components = program.command("components").description("第三方平台\nThird-party platforms");
  const load = () => import("./commands/components.ts");
  add(
    components,
    aboutGateway({
      usage: "put <appid>",
      description: "登记或修改第三方平台 Put a third-party platform on record, or replace it",
      options: (command) =>
        command
          .requiredOption("--app-secret-file <file>", "存有 appsecret 的文件 File with its secret")
          .requiredOption(
            "--push-token-file <file>",
            "存有消息校验 Token 的文件 File with the token of its pushes",
          )
          .requiredOption(
            "--push-key-file <file>",
            "存有消息加解密 Key 的文件 File with the EncodingAESKey",
          )
          .option("--api-url <url>", "沙箱的接口地址 Address of a sandbox's API"),
      load: async () => (await load()).putComponent,
    }),
  );
  add(
    components,
    aboutGateway({
      usage: "list",
      description: "列出第三方平台 List the third-party platforms",
      isDefault: true,
      load: async () => (await load()).listComponents,
    }),
  );
}
