import { createLog, createWorld, type LogLevel, type World } from "@yici/runtime";
import { type Environment, type EnvironmentVariables, readEnvironment } from "./config.ts";
import type { Edges } from "./edges.ts";
import { Screen } from "./screen/screen.ts";

/** The options that every command takes. */
export interface SharedOptions {
  readonly json?: true;
  readonly verbose?: true;
}

/** What a command works with, once its options have been read. */
export interface Session {
  readonly world: World;
  readonly environment: Environment;
  /** The variables themselves, for the gateway's own configuration. */
  readonly env: EnvironmentVariables;
  readonly screen: Screen;
  /** Ends the session's connections, so that the process can end. */
  close(): Promise<void>;
}

/** Opens the session of one command. Throws `ConfigError` when the environment is wrong. */
export function openSession(edges: Edges, options: SharedOptions): Session {
  const level: LogLevel = options.verbose === true ? "debug" : "warn";
  const world = edges.world ?? createWorld({ log: createLog(level) });
  return {
    world,
    env: edges.env,
    environment: readEnvironment(edges.env),
    screen: new Screen({ ...edges, isJson: options.json === true }),
    close: () => (edges.world === undefined ? world.dispatcher.close() : Promise.resolve()),
  };
}
