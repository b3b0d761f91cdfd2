import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addClientCommands } from "./client-commands.ts";
import { createAddCommand } from "./command.ts";
import type { Edges } from "./edges.ts";
import { type Exit, EXIT_TABLE } from "./exit.ts";
import { displayWidth, padToWidth } from "./screen/display-width.ts";
import { addServerCommands } from "./server-commands.ts";

/** The whole command line as a tree; `onEnd` hears how the command that was run ended. */
export function buildProgram(edges: Edges, onEnd: (exit: Exit | number) => void): Command {
  const program = new Command("yici")
    .description(
      "一次：微信一次性订阅消息的整套系统。一次授权，一条消息。\n" +
        "WeChat's one-time subscription message as a whole system: one grant, one message.",
    )
    .version(readVersion(), "-V, --version", "版本 Print the version")
    .helpOption("-h, --help", "帮助 Print this help")
    .helpCommand(false)
    // What stands behind a subcommand is the subcommand's: two of them may have an option of one name.
    .enablePositionalOptions()
    .configureHelp({ displayWidth })
    .configureOutput({
      writeOut: (text) => edges.stdout.write(text),
      writeErr: (text) => edges.stderr.write(text),
      // Mistakes are told by `explainError`, for people or for machines.
      outputError: () => undefined,
    })
    .exitOverride();

  const addCommand = createAddCommand(edges, onEnd);
  addServerCommands(program, addCommand);
  addClientCommands(program, addCommand);
  return program.addHelpText("after", `\n退出码 Exit codes:\n${renderExitCodes()}`);
}

function readVersion(): string {
  const path = new URL("../package.json", import.meta.url);
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "";
}

function renderExitCodes(): string {
  return Object.values(EXIT_TABLE)
    .map(({ code, meaning }) => `  ${padToWidth(String(code), 5)}${meaning.zh} ${meaning.en}`)
    .join("\n");
}
