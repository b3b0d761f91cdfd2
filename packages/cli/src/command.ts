import type { Command } from "commander";
import type { Edges } from "./edges.ts";
import type { Exit } from "./exit.ts";
import type { Session, SharedOptions } from "./session.ts";

/** What a command does with its options and arguments; answers how it ended, or the exit code of a program that it ran. */
export type Perform<Options> = (
  session: Session,
  options: Options,
  args: readonly string[],
) => Promise<Exit | number>;

/** One command. */
export interface CommandSpec<Options> {
  /** Its name and arguments. */
  readonly usage: string;
  readonly description: string;
  /** Run when only its group is named. */
  readonly isDefault?: boolean;
  /** Adds its own options; those of every command follow them. */
  readonly options?: (command: Command) => Command;
  /** Loads what it does: when it is run, and not before. */
  readonly load: () => Promise<Perform<Options>>;
}

/** Adds a command to its parent, and answers it. */
export type AddCommand = <Options extends SharedOptions>(
  parent: Command,
  spec: CommandSpec<Options>,
) => Command;

/** Makes the commands of one command line; `onEnd` hears how the one that was run ended. */
export function createAddCommand(edges: Edges, onEnd: (exit: Exit | number) => void): AddCommand {
  return (parent, { usage, description, isDefault = false, options, load }) => {
    const command = parent.command(usage, { isDefault }).description(description);
    options?.(command);
    command
      .option("--json", "输出一行 JSON，供程序读取 Print one line of JSON, for machines")
      .option("--verbose", "显示日志与错误堆栈 Show the log, and the stacks of errors")
      .action(async function act(this: Command) {
        const [{ openSession }, perform] = await Promise.all([import("./session.ts"), load()]);
        const given = this.opts<Parameters<typeof perform>[1]>();
        const session = openSession(edges, given);
        try {
          onEnd(await perform(session, given, this.args));
        } finally {
          await session.close();
        }
      });
    return command;
  };
}
