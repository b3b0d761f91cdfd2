import type { EpochMs } from "@yici/runtime";
import type { RetryPolicy } from "../../../deliveries/retry-policy.ts";
import type { Changed, Store } from "../../store.ts";
import type { Failure } from "./failure.ts";

/** The methods of a store that are answered from the other thread. */
export type Calls = Omit<Store, "onDue" | "onChange">;

/** What the thread is started with. */
export interface ThreadOrder {
  readonly path: string;
  readonly policy: Partial<RetryPolicy>;
  readonly now: EpochMs;
}

/** The calls of one turn, in their order. */
export interface CallsMessage {
  /** What the caller's clock shows; the thread has none of its own. */
  readonly now: EpochMs;
  readonly calls: readonly Call[];
}

/** `parts` and `answer`: as `parcel.ts` packs them. */
export type Call = readonly [number: number, name: keyof Calls, parts: unknown];

/** First whether the database could be opened; then, commit by commit, what came of the calls. */
export type ThreadMessage =
  | { readonly kind: "opened" }
  | { readonly kind: "failed"; readonly failure: Failure }
  | AnswersMessage;

export interface AnswersMessage {
  readonly kind: "answers";
  readonly answers: readonly (readonly [number: number, answer: unknown])[];
  readonly failures: readonly (readonly [number: number, failure: Failure])[];
  /** Something may have become due. */
  readonly isDue: boolean;
  readonly changed: Changed;
}
