import { CommanderError } from "commander";
import { PROCESS_ENVIRONMENT } from "./config.ts";
import type { Edges } from "./edges.ts";
import { type Exit, EXIT_TABLE } from "./exit.ts";
import { buildProgram } from "./program.ts";

const PROCESS: Edges = { stdout: process.stdout, stderr: process.stderr, env: PROCESS_ENVIRONMENT };

/**
 * Runs one command line, without the two words before it, to its end. Answers the exit code, one of `EXIT_TABLE`
 * or that of a program which the command ran; throws nothing.
 */
export async function runCli(argv: readonly string[], edges: Edges = PROCESS): Promise<number> {
  let exit: Exit | number = "done";
  const program = buildProgram(edges, (ended) => {
    exit = ended;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    exit = await explain(error, argv, edges);
  }
  return typeof exit === "number" ? exit : EXIT_TABLE[exit].code;
}

async function explain(error: unknown, argv: readonly string[], edges: Edges): Promise<Exit> {
  if (error instanceof CommanderError && error.exitCode === 0) return "done";
  // Help that was not asked for has already been written.
  if (error instanceof CommanderError && error.code === "commander.help") return "usage";
  const { explainError } = await import("./explain-error.ts");
  return explainError(error, { ...edges, argv });
}
