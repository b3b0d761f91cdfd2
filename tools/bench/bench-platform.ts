import type { BareSide } from "./bare-side.ts";
import type { LoadSide, Target } from "./load-side.ts";
import { medianOf } from "./median.ts";
import type { PlatformSide } from "./platform-side.ts";
import { Side, type Usage } from "./side.ts";

/** One side's figures of one round. */
interface Figures {
  readonly perSecond: number;
  /** CPU time of the server's process for one send, in microseconds. */
  readonly cpuUs: number;
  readonly rssMb: number;
}

/** The closing line. */
interface PlatformResult {
  readonly name: "platform";
  /** Sends a second of the platform by those of the bare server; the median of the rounds. */
  readonly ratio: number;
  readonly cpu_us: number;
}

/**
 * The platform's send API on a file, each send with a grant of its own, beside a bare `node:http` server that answers a
 * constant: the same requests over 64 connections, from a process of its own. The sides alternate.
 */
export async function benchPlatform({
  rounds,
  sends,
}: {
  readonly rounds: number;
  readonly sends: number;
}): Promise<PlatformResult> {
  await using platform = Side.startAsYici<PlatformSide>("platform-side.ts");
  await using bare = Side.start<BareSide>("bare-side.ts");
  await using load = Side.start<LoadSide>("load-side.ts");
  const { port: barePort } = await bare.call("prepare");
  const measured: { readonly platform: Figures; readonly bare: Figures }[] = [];
  // The first round warms both sides up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const target = await platform.call("prepare", sends);
    const atBare = (): Promise<Figures> => measure(bare, load, { ...target, port: barePort });
    const atPlatform = (): Promise<Figures> => measure(platform, load, target);
    const figures =
      round % 2 === 0
        ? { bare: await atBare(), platform: await atPlatform() }
        : { platform: await atPlatform(), bare: await atBare() };
    if (round > 0) measured.push(figures);
    tell(round, figures);
  }
  return conclude(measured);
}

async function measure(
  server: Side<{ usage(): Promise<Usage> }>,
  load: Side<LoadSide>,
  target: Target,
): Promise<Figures> {
  const before = await server.call("usage");
  const { elapsedMs, sends, accepted } = await load.call("load", target);
  const after = await server.call("usage");
  if (accepted !== sends) {
    throw new Error(`${sends - accepted} of ${sends} sends were not answered 0`);
  }
  return {
    perSecond: (sends / elapsedMs) * 1_000,
    cpuUs: (after.cpuUs - before.cpuUs) / sends,
    rssMb: after.rssBytes / 2 ** 20,
  };
}

function tell(round: number, { bare, platform }: { bare: Figures; platform: Figures }): void {
  const show = ({ perSecond, cpuUs }: Figures): string =>
    `${perSecond.toFixed(0)} sends/s at ${cpuUs.toFixed(1)} µs`;
  const ratio = (platform.perSecond / bare.perSecond).toFixed(2);
  const name = round === 0 ? "warm-up" : `round ${round}`;
  process.stderr.write(
    `${name}: platform ${show(platform)}, ${platform.rssMb.toFixed(0)} MB; bare ${show(bare)}; ratio ${ratio}\n`,
  );
}

function conclude(
  measured: readonly { readonly platform: Figures; readonly bare: Figures }[],
): PlatformResult {
  const ratio = medianOf(
    measured.map((figures) => figures.platform.perSecond / figures.bare.perSecond),
  );
  const cpuUs = medianOf(measured.map(({ platform }) => platform.cpuUs));
  process.stderr.write(`median ratio ${ratio.toFixed(2)}, ${cpuUs.toFixed(1)} µs of CPU a send\n`);
  return { name: "platform", ratio: roundTo(ratio, 3), cpu_us: roundTo(cpuUs, 1) };
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
