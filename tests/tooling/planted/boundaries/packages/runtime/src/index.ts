export { now } from "./now.ts";
export { open } from "./sqlite/open.ts";
