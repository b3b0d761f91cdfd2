import type { Store } from "@yici/gateway";
import { StoreError } from "@yici/protocol";
import type { Chance } from "../fuzz/chance.ts";
import type { Conditions } from "./conditions.ts";
import type { HistoryRecord } from "./record.ts";
import type { Actor } from "./timeline.ts";

export interface ConnectionParts {
  readonly store: Store;
  readonly actor: Actor;
  readonly chance: Chance;
  readonly record: HistoryRecord;
  /** As they are at the moment. */
  readonly conditions: () => Conditions;
  /** Tells a listener of this process what the store tells all of them. */
  readonly onDue: (listener: () => void) => void;
}

/** The cause of a failure that was meant to be. */
export const MEANT = new Error("the simulation meant it");

/**
 * The store as one process reaches it: each call travels there and its answer back, so that a process can die on
 * either way. A call may be slow, and a commit may end unknown, carried out or not.
 */
export function connectStore(parts: ConnectionParts): Store {
  const { store } = parts;
  return new Proxy(store, {
    get(target, name) {
      if (name === "onDue") return parts.onDue;
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: readonly unknown[]): Promise<unknown> =>
        call(parts, String(name), () => Reflect.apply(method, target, args));
    },
  });
}

/** Facts: what ends in a commit. */
const COMMITTED: ReadonlySet<string> = new Set<keyof Store>([
  "confirm",
  "decline",
  "accept",
  "cancel",
  "lease",
  "releaseLease",
  "advance",
  "sweep",
  "pauseAccount",
  "replaceToken",
]);

async function call(
  parts: ConnectionParts,
  name: string,
  carryOut: () => unknown,
): Promise<unknown> {
  const { chance, record, actor } = parts;
  const { commit_unknown, slow_store } = parts.conditions().store;
  const isFact = COMMITTED.has(name);
  const isUnknown = isFact && chance.hits(commit_unknown);
  const isSlow = isFact && chance.hits(slow_store);
  await travel(parts, isSlow);
  if (isSlow) record.countFault("slow_store");
  if (!isUnknown) return answerLater(parts, isSlow, carryOut);
  record.countFault("commit_unknown");
  record.note(actor.name, () => `cannot know whether its ${name} was committed`);
  if (chance.hits(0.5)) await carryOut();
  await travel(parts, isSlow);
  throw new StoreError("nobody can say whether the commit happened", {
    cause: MEANT,
    isCommitUnknown: true,
  });
}

async function answerLater(
  parts: ConnectionParts,
  isSlow: boolean,
  carryOut: () => unknown,
): Promise<unknown> {
  try {
    return await carryOut();
  } finally {
    await travel(parts, isSlow);
  }
}

/** One way, in the process's own time: it may be dead before the end of it. */
function travel({ actor, chance }: ConnectionParts, isSlow: boolean): Promise<void> {
  const slowMs = isSlow && chance.hits(0.5) ? chance.below(45_000) : 0;
  return new Promise((resolve) => void actor.at(slowMs + chance.below(4), resolve));
}
