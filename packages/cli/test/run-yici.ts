import type { World } from "@yici/runtime";
import { runCli } from "../src/run-cli.ts";

/** How one command line ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, with nothing in its environment but `env`. */
export async function runYici(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  world?: World,
): Promise<Ended> {
  let out = "";
  let err = "";
  const code = await runCli(argv, {
    env,
    ...(world !== undefined && { world }),
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  });
  return { code, out, err };
}
