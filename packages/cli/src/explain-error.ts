import { ConfigError, YiciError } from "@yici/protocol";
import { DatabaseError } from "@yici/runtime";
import { CommanderError } from "commander";
import { CliError } from "./cli-error.ts";
import type { Exit } from "./exit.ts";
import { EXIT_TABLE } from "./exit.ts";
import { cleanText } from "./screen/clean-text.ts";
import { type Output, Screen } from "./screen/screen.ts";

interface Place {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly argv: readonly string[];
}

/** Says what went wrong, for people or machines as the command line asked, and answers how the command ended. */
export function explainError(error: unknown, { stdout, stderr, argv }: Place): Exit {
  const screen = new Screen({ stdout, stderr, isJson: argv.includes("--json") });
  const known = describeError(error);
  const lines = [known.text.zh, known.text.en];
  if (known.next !== undefined) lines.push(`→ ${known.next.zh}`, `→ ${known.next.en}`);
  screen.complain(
    {
      code: known.code,
      message: known.text.en,
      message_zh: known.text.zh,
      next: known.next?.en,
      next_zh: known.next?.zh,
      exit_code: EXIT_TABLE[known.exit].code,
      problem: known.problem,
    },
    cleanText(lines.join("\n")),
  );
  if (argv.includes("--verbose") && error instanceof Error) stderr.write(`${renderStack(error)}\n`);
  return known.exit;
}

function describeError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) return describeUsage(error);
  if (error instanceof ConfigError) return describeConfig(error);
  if (error instanceof DatabaseError) return describeDatabase(error);
  if (error instanceof YiciError && error.code === "invalid_request") {
    return describeSnapshot(error);
  }
  const what = error instanceof Error ? error.message : String(error);
  return new CliError({
    exit: "internal",
    code: "internal",
    text: { zh: `yici 自身出错了：${what}`, en: `yici itself failed: ${what}` },
    next: {
      zh: "加上 --verbose 再运行一次，把看到的内容报告给我们。",
      en: "Run it again with --verbose and report what you see.",
    },
    cause: error,
  });
}

/** Chinese for the mistakes that commander finds. */
const USAGE_ZH: Readonly<Record<string, string>> = {
  "commander.unknownCommand": "没有这个命令。",
  "commander.unknownOption": "没有这个选项。",
  "commander.excessArguments": "参数太多。",
  "commander.missingArgument": "缺少参数。",
  "commander.missingMandatoryOptionValue": "缺少必需的选项。",
  "commander.optionMissingArgument": "选项缺少值。",
  "commander.invalidArgument": "参数的值不对。",
  "commander.conflictingOption": "这些选项不能一起使用。",
};

function describeUsage(error: CommanderError): CliError {
  return new CliError({
    exit: "usage",
    code: "usage",
    text: { zh: USAGE_ZH[error.code] ?? "用法有误。", en: error.message },
    next: {
      zh: "加上 --help 查看用法。",
      en: "Add --help to see the usage.",
    },
    cause: error,
  });
}

function describeConfig(error: ConfigError): CliError {
  const list = error.issues.map(({ name, problem }) => `  ${name}: ${problem}`).join("\n");
  return new CliError({
    exit: "usage",
    code: "config_invalid",
    text: { zh: "配置有误：", en: `The configuration cannot be used:\n${list}` },
    cause: error,
  });
}

/** Of all that is told to a platform, a command tells it a snapshot alone. */
function describeSnapshot(error: YiciError): CliError {
  return new CliError({
    exit: "usage",
    code: "snapshot_unusable",
    text: { zh: "快照无法使用。", en: `The snapshot cannot be used: ${error.message}.` },
    cause: error,
  });
}

function describeDatabase(error: DatabaseError): CliError {
  const isInUse = error.code === "YICI_DATABASE_IN_USE";
  return new CliError({
    exit: "notStarted",
    code: isInUse ? "data_in_use" : "database_unusable",
    text: {
      zh: isInUse ? "数据正被另一个 yici 进程使用。" : "数据库无法使用。",
      en: `${error.message}.`,
    },
    next: isInUse
      ? {
          zh: "先停止那个进程，或用 --data 换一个数据目录。",
          en: "Stop that process first, or choose another data folder with --data.",
        }
      : undefined,
    cause: error,
  });
}

function renderStack(error: Error): string {
  const cause = error.cause instanceof Error ? `\n原因 caused by: ${renderStack(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
