import type { LoadSide } from "./load-side.ts";
import type { Memory, PlatformSide } from "./platform-side.ts";
import { Side } from "./side.ts";

/** The closing line: what the platform held early in the run, and at its end. */
interface MemoryResult {
  readonly name: "memory";
  readonly sends: number;
  /** Live objects and buffers, garbage collected, in MB. */
  readonly held_mb: readonly [early: number, late: number];
  /** Memory of the process, in MB. */
  readonly rss_mb: readonly [early: number, late: number];
}

/** Sends between two looks. */
const ROUND = 20_000;

/** Before this share of the sends, what is meant to be kept in memory still fills. */
const EARLY_SHARE = 0.2;

/** Sends to the platform, each with a grant of its own, and looks at what it holds as it goes. */
export async function benchMemory({ sends }: { readonly sends: number }): Promise<MemoryResult> {
  await using platform = Side.startAsYici<PlatformSide>("platform-side.ts");
  await using load = Side.start<LoadSide>("load-side.ts");
  const looks: Memory[] = [];
  for (let done = 0; done < sends; done += ROUND) {
    const { accepted } = await load.call("load", await platform.call("prepare", ROUND));
    if (accepted !== ROUND) throw new Error(`${ROUND - accepted} sends were not answered 0`);
    const memory = await platform.call("look");
    looks.push(memory);
    tell(done + ROUND, memory);
  }
  const early = looks[Math.floor(looks.length * EARLY_SHARE)];
  const late = looks.at(-1);
  if (early === undefined || late === undefined) throw new Error("nothing was measured");
  return {
    name: "memory",
    sends: looks.length * ROUND,
    held_mb: [toMegabytes(early.heldBytes), toMegabytes(late.heldBytes)],
    rss_mb: [toMegabytes(early.rssBytes), toMegabytes(late.rssBytes)],
  };
}

function tell(done: number, { heldBytes, rssBytes }: Memory): void {
  process.stderr.write(
    `${done} sends: ${toMegabytes(heldBytes)} MB held, ${toMegabytes(rssBytes)} MB in all\n`,
  );
}

function toMegabytes(bytes: number): number {
  return Number((bytes / 2 ** 20).toFixed(1));
}
