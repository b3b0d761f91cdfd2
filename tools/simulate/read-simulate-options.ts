import { parseArgs } from "node:util";

/** What `npm run simulate` is asked for. */
export type SimulateOptions =
  | {
      readonly kind: "many";
      readonly from: number;
      readonly seedCount: number;
      /** Ends with the first history that breaks a promise. */
      readonly endsWithFirst: boolean;
      readonly isJson: boolean;
    }
  | { readonly kind: "one"; readonly seed: number; readonly isJson: boolean }
  /** It cannot be done, and why. */
  | { readonly kind: "wrong"; readonly problem: string };

const SEED_MAX = 2 ** 32 - 1;
const SEEDS_MAX = 10_000_000;

/** Reads the arguments; the first mistake is named. */
export function readSimulateOptions(args: readonly string[]): SimulateOptions {
  const given = parse(args);
  if (typeof given === "string") return { kind: "wrong", problem: given };
  return given.seed === undefined ? readMany(given) : readOne(given, given.seed);
}

function readOne(given: GivenOptions, seed: string): SimulateOptions {
  const number = readWhole(seed, 0, SEED_MAX);
  if (given.seeds !== undefined || given.from !== undefined || given.first !== undefined) {
    return wrong("--seed replays one history: leave --seeds, --from and --first out");
  }
  return number === undefined
    ? wrong(`--seed: ${RANGE}, got ${seed}`)
    : { kind: "one", seed: number, isJson: given.json ?? false };
}

function readMany({
  seeds = "2000",
  from = "1",
  first: endsWithFirst = false,
  json: isJson = false,
}: GivenOptions): SimulateOptions {
  const seedCount = readWhole(seeds, 1, SEEDS_MAX);
  const fromSeed = readWhole(from, 0, SEED_MAX);
  if (seedCount === undefined) {
    return wrong(`--seeds: expected a whole number from 1 to ${SEEDS_MAX}, got ${seeds}`);
  }
  if (fromSeed === undefined) return wrong(`--from: ${RANGE}, got ${from}`);
  return fromSeed + seedCount - 1 > SEED_MAX
    ? wrong(`--from and --seeds: the last seed is past ${SEED_MAX}`)
    : { kind: "many", from: fromSeed, seedCount, endsWithFirst, isJson };
}

const RANGE = `expected a whole number from 0 to ${SEED_MAX}`;

function wrong(problem: string): SimulateOptions {
  return { kind: "wrong", problem };
}

type GivenOptions = Exclude<ReturnType<typeof parse>, string>;

/** The options as they were given, or what is wrong with them. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: "string" },
        from: { type: "string" },
        seed: { type: "string" },
        first: { type: "boolean" },
        json: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function readWhole(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
