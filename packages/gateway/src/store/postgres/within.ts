import type { World } from "@yici/runtime";

/**
 * The promise's answer, unless `ms` go by first: then it rejects. The driver itself waits for ever for a server that
 * takes connections and closes them, and for a network that swallows what is sent.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  world: Pick<World, "sleep">,
): Promise<T> {
  const timer = new AbortController();
  const late = world.sleep(ms, timer.signal).then(() => {
    if (timer.signal.aborted) return promise;
    throw buildLate(ms);
  });
  late.catch(() => undefined); // Also when the answer was there first.
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort(OVER);
  }
}

/** Given as a reason because the default is an exception, made anew each time. */
const OVER = "the wait is over";

/** As the driver's own errors of a connection are. */
function buildLate(ms: number): Error {
  const message = `the database did not answer within ${ms} ms`;
  return Object.assign(new Error(message), { code: "NO_ANSWER", errno: "NO_ANSWER" });
}
