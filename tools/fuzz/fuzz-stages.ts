import { join } from "node:path";
import type { PlatformOptions } from "@yici/platform";

/** A way to run the platform that is fuzzed. */
interface FuzzStage {
  readonly description: string;
  /** What it is started with besides the demo; `folder` is empty and goes with the run. */
  readonly options: (folder: string) => PlatformOptions;
  /** Where a link leads back to, so that it passes this stage's checks. */
  readonly redirectUrl: string;
  /** Whom requests come from, so that they pass this stage's checks. */
  readonly userAgent: string;
}

/** The first is the one that most requests are for. */
export const FUZZ_STAGE_NAMES = ["sandbox", "file", "strict"] as const;
export type FuzzStageName = (typeof FUZZ_STAGE_NAMES)[number];

export const FUZZ_STAGES: Readonly<Record<FuzzStageName, FuzzStage>> = {
  sandbox: {
    description: "in memory, by http",
    options: () => ({}),
    redirectUrl: "http://localhost/back",
    userAgent: "yici-fuzz",
  },
  file: {
    description: "on a database file, with the pessimistic readings",
    options: (folder) => ({ database: join(folder, "platform.db"), readings: "pessimistic" }),
    redirectUrl: "http://localhost/back",
    userAgent: "yici-fuzz",
  },
  // A strict platform answers its API by https alone.
  strict: {
    description: "strict, by https",
    options: (folder) => ({ strict: true, tls: { folder } }),
    redirectUrl: "https://support.qq.com/back",
    userAgent: "MicroMessenger/8.0.60",
  },
};

/** The stage of this name, or `undefined`. */
export function findFuzzStage(name: string | undefined): FuzzStageName | undefined {
  return FUZZ_STAGE_NAMES.find((stage) => stage === name);
}
