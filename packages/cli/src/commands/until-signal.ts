import type { World } from "@yici/runtime";
import { type Exit, EXIT_TABLE } from "../exit.ts";
import type { Session } from "../session.ts";

/** What a long-running command needs to end well. */
export interface SignalWatch {
  /**
   * Waits for SIGINT, SIGTERM or SIGHUP, then stops what runs, within five seconds. A second Ctrl-C ends the process
   * at once.
   */
  untilSignal(stop: () => Promise<void>): Promise<Exit>;
}

/** Begins to listen for signals, so that one that comes during the start is not lost. */
export function watchSignals(
  session: Pick<Session, "world" | "screen" | "environment">,
): SignalWatch {
  const { world, screen, environment } = session;
  const asked = Promise.withResolvers<void>();
  const parent = process.ppid;
  let askedAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    askedAt ??= world.monotonic();
    asked.resolve();
    const isSecondPress = signal === "SIGINT" && world.monotonic() - askedAt > SAME_PRESS_MS;
    if (isSecondPress) process.exit(EXIT_TABLE.interrupted.code);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  return {
    async untilSignal(stop) {
      const running = new AbortController();
      const ends = [asked.promise];
      if (environment.isRunByNpm) ends.push(untilLost(parent, world, running.signal));
      await Promise.race(ends);
      running.abort();
      screen.note({ zh: "\n正在停止……", en: "Stopping; press Ctrl-C again to end at once." });
      if (!(await stopInTime(world, stop))) {
        process.stderr.write(
          "五秒内没能停好，强行结束。\nNot stopped within five seconds; ended by force.\n",
        );
        process.exit(EXIT_TABLE.internal.code);
      }
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
      return "done";
    },
  };
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
/** One press of Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 500;
const STOP_MAX_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/**
 * npm runs a command by a shell, and hands a signal of its own to that shell, which ends without passing it on: what
 * is left to the command is that it has lost its parent.
 */
async function untilLost(parent: number, world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && process.ppid === parent) await world.sleep(LOOK_AGAIN_MS, signal);
}

async function stopInTime(world: World, stop: () => Promise<void>): Promise<boolean> {
  const timer = new AbortController();
  const late = world.sleep(STOP_MAX_MS, timer.signal).then(() => false);
  try {
    return await Promise.race([stop().then(() => true), late]);
  } finally {
    timer.abort();
  }
}
