export type { Edges } from "./edges.ts";
export { runCli } from "./run-cli.ts";
export type { Output } from "./screen/screen.ts";
