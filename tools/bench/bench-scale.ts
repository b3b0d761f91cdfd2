import { mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppId } from "@yici/protocol";
import { createWorld, silentLog, type World } from "@yici/runtime";
import type { ConstantSide } from "./constant-side.ts";
import { openGroundOn } from "./gateway-ground.ts";
import type { GatewayScaleSide, Slice } from "./gateway-scale-side.ts";
import { known } from "./known.ts";
import { medianOf } from "./median.ts";
import { seedMessages } from "./seed-messages.ts";
import { Side } from "./side.ts";

export interface ScaleOptions {
  /** Accepted messages that are not due, beside those that are drained; ascending. */
  readonly sizes: readonly number[];
  /** Slices drained at each size, after one that does not count. */
  readonly rounds: number;
  /** Messages of a slice. */
  readonly sends: number;
}

/** What draining cost beside so many. */
interface Figures {
  readonly size: number;
  readonly perSecond: number;
  /** CPU time of the gateway's process for one message, in microseconds. */
  readonly cpuUs: number;
  /** The most memory that the process had. */
  readonly rssMb: number;
  readonly fileGb: number;
}

/** The one file of a run, which grows from size to size. */
interface Ledger {
  readonly world: World;
  readonly path: string;
  readonly appids: readonly AppId[];
  /** Messages that were ever put into it. */
  seededCount: number;
  /** Those of them that no slice drains. */
  restingCount: number;
}

const ACCOUNTS = 1_000;
const CONNECTIONS = 64;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Slices are due hours after everything was accepted, and far enough apart that no drain meets the next one's. */
const FIRST_DUE_MS = 4 * 60 * MINUTE_MS;
const NEXT_DUE_MS = 10 * MINUTE_MS;
const REST_MS = 60 * DAY_MS;
/** Of an accepted message in the file, with its grant, its events and all indexes: measured, and a tenth more. */
const BYTES_PER_MESSAGE = 1_900;
const TIME_MAX_MS = 60 * MINUTE_MS;

/**
 * What a message costs that is due, beside ever more that are accepted and not due, over a thousand accounts: slices
 * that fall due one after the other are drained from one file that grows, at each size by a process of its own.
 */
export async function benchScale(options: ScaleOptions): Promise<object> {
  checkSpace(options);
  await using stack = new AsyncDisposableStack();
  const folder = makeFolder(stack);
  const server = stack.use(Side.start<ConstantSide>("constant-side.ts"));
  const { url } = await server.call("listen", 0);
  const path = join(folder, "gateway.db");
  const world = createWorld({ log: silentLog });
  const appids = await addAccounts(path, url);
  const ledger: Ledger = { world, path, appids, seededCount: 0, restingCount: 0 };
  const measured: Figures[] = [];
  for (const size of options.sizes) {
    const slices = await grow(ledger, size, options);
    const figures = await measure(ledger, slices, server);
    process.stderr.write(
      `beside ${size}: ${figures.cpuUs.toFixed(1)} µs a message, ${figures.rssMb.toFixed(0)} MB at most\n`,
    );
    measured.push(figures);
  }
  return conclude(measured);
}

function checkSpace({ sizes, rounds, sends }: ScaleOptions): void {
  const count = Math.max(...sizes) + sizes.length * (rounds + 1) * sends;
  const neededGb = (count * BYTES_PER_MESSAGE) / 1e9;
  const { bavail, bsize } = statfsSync(tmpdir());
  const freeGb = (bavail * bsize) / 1e9;
  const told = `${neededGb.toFixed(1)} GB of disk are needed in ${tmpdir()}, ${freeGb.toFixed(1)} GB are free`;
  process.stderr.write(`${told}\n`);
  if (neededGb <= freeGb) return;
  throw new Error(`${told}: name another folder in TMPDIR, or other --sizes`);
}

/** A folder that goes with the run, however that ends; and that ends in an hour. */
function makeFolder(stack: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const end = (signal: NodeJS.Signals): void => {
    remove();
    process.kill(process.pid, signal);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const timer = setTimeout(() => process.kill(process.pid, "SIGTERM"), TIME_MAX_MS);
  stack.defer(() => {
    clearTimeout(timer);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
    remove();
  });
  return folder;
}

async function addAccounts(path: string, url: string): Promise<readonly AppId[]> {
  await using ground = await openGroundOn({ kind: "sqlite", path }, 1);
  const numbers = Array.from({ length: ACCOUNTS }, (_, index) => index + 1);
  return await Promise.all(numbers.map((number) => ground.addAccount(number, url)));
}

/** Adds what rests up to a size, and slices to be drained. */
async function grow(
  ledger: Ledger,
  size: number,
  { rounds, sends }: ScaleOptions,
): Promise<readonly Slice[]> {
  const startedAt = performance.now();
  const [before, now] = [ledger.seededCount, ledger.world.now()];
  ledger.restingCount += await seed(ledger, size - ledger.restingCount, now + REST_MS);
  const slices: Slice[] = [];
  for (let number = 0; number <= rounds; number += 1) {
    const dueAt = now + FIRST_DUE_MS + number * NEXT_DUE_MS;
    slices.push({ dueAt, count: await seed(ledger, sends, dueAt) });
  }
  const perSecond = ((ledger.seededCount - before) / (performance.now() - startedAt)) * 1_000;
  process.stderr.write(
    `${ledger.restingCount} not due, ${slices.length} slices: ${toGb(ledger).toFixed(2)} GB, ${perSecond.toFixed(0)} accepted a second\n`,
  );
  return slices;
}

async function seed(ledger: Ledger, count: number, dueAt: number): Promise<number> {
  const { world, path, appids, seededCount: firstNumber } = ledger;
  const perAccount = Math.ceil(count / appids.length);
  const seeded = await seedMessages({ kind: "sqlite", path }, world, {
    appids,
    perAccount,
    dueAt,
    firstNumber,
  });
  ledger.seededCount += seeded;
  return seeded;
}

async function measure(
  ledger: Ledger,
  slices: readonly Slice[],
  server: Side<ConstantSide>,
): Promise<Figures> {
  await using gateway = Side.startAsYici<GatewayScaleSide>("gateway-scale-side.ts");
  await gateway.call("open", ledger.path, CONNECTIONS);
  const runs: { readonly perSecond: number; readonly cpuUs: number }[] = [];
  for (const [number, slice] of slices.entries()) {
    const { elapsedMs, cpuUs } = await gateway.call("drain", slice);
    const { count } = await server.call("takeCount");
    if (count !== slice.count) throw new Error(`${slice.count} due, of which ${count} arrived`);
    const run = { perSecond: (count / elapsedMs) * 1_000, cpuUs: cpuUs / count };
    process.stderr.write(
      `${number === 0 ? "warm-up" : `slice ${number}`}: ${run.perSecond.toFixed(0)}/s at ${run.cpuUs.toFixed(1)} µs\n`,
    );
    if (number > 0) runs.push(run);
  }
  const { rssBytes } = await gateway.call("peak");
  return {
    size: ledger.restingCount,
    perSecond: medianOf(runs.map(({ perSecond }) => perSecond)),
    cpuUs: medianOf(runs.map(({ cpuUs }) => cpuUs)),
    rssMb: rssBytes / 2 ** 20,
    fileGb: toGb(ledger),
  };
}

function toGb({ path }: Ledger): number {
  return statSync(path).size / 1e9;
}

/** The closing line: the last size's figures, and what a message costs there by what it costs at the first. */
function conclude(measured: readonly Figures[]): object {
  const [first, last] = [known(measured[0]), known(measured.at(-1))];
  return {
    name: "scale",
    sqlite: {
      ratio: roundTo(last.cpuUs / first.cpuUs, 3),
      cpu_us: roundTo(last.cpuUs, 1),
      rss_mb: roundTo(Math.max(...measured.map(({ rssMb }) => rssMb)), 0),
      sizes: measured.map(({ size, cpuUs, perSecond, rssMb, fileGb }) => ({
        not_due: size,
        cpu_us: roundTo(cpuUs, 1),
        per_second: roundTo(perSecond, 0),
        rss_mb: roundTo(rssMb, 0),
        file_gb: roundTo(fileGb, 2),
      })),
    },
  };
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
