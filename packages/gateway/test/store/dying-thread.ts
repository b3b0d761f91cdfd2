import { parentPort } from "node:worker_threads";

/** A thread that opens nothing and dies of the first call. */
parentPort?.postMessage({ kind: "opened" });
parentPort?.on("message", () => {
  throw new Error("the thread's own end");
});
