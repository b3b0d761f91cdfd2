import { createDispatcher } from "../../src/dispatcher.ts";

/** A program of its own: asks the origin that it is told once, and closes nothing. */
const [, , origin = ""] = process.argv;
const handler = { onResponseEnd: () => void process.stdout.write("answered") };
createDispatcher().dispatch(
  { origin, path: "/", method: "GET", headersTimeout: 0, bodyTimeout: 0 },
  handler,
);
