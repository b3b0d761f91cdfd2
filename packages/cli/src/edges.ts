import type { World } from "@yici/runtime";
import type { EnvironmentVariables } from "./config.ts";
import type { Output } from "./screen/screen.ts";

/** What the command line touches of the process it runs in. */
export interface Edges {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: EnvironmentVariables;
  /** Default: the real one, opened when a command needs it. */
  readonly world?: World;
}
