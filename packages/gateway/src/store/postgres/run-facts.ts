import { type AppId, type EpochMs, StoreError } from "@yici/protocol";
import type { RetryPolicy } from "../../deliveries/retry-policy.ts";
import type { FactContext } from "../facts/fact-context.ts";
import type { MessageSummary } from "../ledger.ts";
import type { Preview } from "./loaded-rows.ts";
import type { Reach } from "./reach.ts";
import { UnreadError } from "./slot-rows.ts";
import type { Told } from "./tidings.ts";
import type { WorkingSet } from "./working-set.ts";

/** What a fact asks for before it runs. */
export interface FactAsk {
  readonly appid: AppId;
  readonly reach: Reach;
  /** The caller's. */
  readonly now: EpochMs;
  /** What may be due of what it reaches for, read beforehand. */
  readonly preview?: Preview | undefined;
}

/**
 * Runs perhaps more than once, and touches nothing but the rows it is given. `now` is that of the clock that the store
 * goes by.
 */
export type Fact<T> = (context: FactContext<MessageSummary>, now: EpochMs) => T;

/** A fact that somebody waits for. */
export interface PendingFact extends FactAsk {
  readonly run: Fact<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** What a fact came to, when its commit is on disk. */
export type Answer = () => void;

export interface RanFacts {
  readonly answers: readonly Answer[];
  readonly told: Told;
  /** Whether a fact asked for what was not read: then none of this counts. */
  readonly isUnread: boolean;
}

/** Runs the facts of a batch on its rows. `nowOf` says when it is for each. */
export function runFacts(
  batch: readonly PendingFact[],
  rows: WorkingSet,
  { policy, nowOf }: { readonly policy: RetryPolicy; readonly nowOf: (fact: FactAsk) => EpochMs },
): RanFacts {
  const changed = new Set<string>();
  let isDue = false;
  let isUnread = false;
  const context: FactContext<MessageSummary> = {
    rows,
    policy,
    noteDue: () => void (isDue = true),
    noteChange: (messageId) => void changed.add(messageId),
  };
  const answers = batch.map((fact): Answer => {
    const { run, resolve, reject } = fact;
    try {
      const value = rows.run(() => run(context, nowOf(fact)));
      return () => resolve(value as never);
    } catch (error) {
      isUnread ||= error instanceof UnreadError;
      return () => reject(explainFact(error));
    }
  });
  return { answers, told: { isDue, messageIds: [...changed] }, isUnread };
}

/** Mistakes of the caller stay what they are. */
function explainFact(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new StoreError("the fact was not written", { cause: error, isCommitUnknown: false });
}
