export { type Edges, runCli } from "./run-cli.ts";
export type { Output } from "./screen/screen.ts";
