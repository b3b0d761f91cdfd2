import type { EpochMs } from "@yici/protocol";

/** What there is to know of a database before one relies on it. */
export interface StoreExamination {
  readonly engine: "sqlite" | "postgres";
  /** In the engine's own words. */
  readonly version: string | undefined;
  /** What time it is there, when it has a clock of its own. */
  readonly clockAt: EpochMs | undefined;
  /** Whether a commit is on a second machine before it is answered; `undefined` where there is but one file. */
  readonly isStandbySynchronous: boolean | undefined;
}
