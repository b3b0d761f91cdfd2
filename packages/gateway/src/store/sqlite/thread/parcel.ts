import type { Round, RoundOutcome } from "../../ledger.ts";
import { readLeased } from "../leased-text.ts";
import { packRound, packRoundOutcome, unpackRound, unpackRoundOutcome } from "./round-parcel.ts";
import type { Calls } from "./thread-messages.ts";

/** How something becomes a text and is read from it. */
interface Packing {
  readonly pack: (value: unknown) => string;
  readonly unpack: (text: string) => unknown;
}

/** What is `undefined` in an object arrives as absent. */
const AS_JSON: Packing = { pack: (value) => JSON.stringify(value), unpack: JSON.parse };

/**
 * The calls made for every message: many small objects at once, for which a text costs less than half of what copying
 * the objects between threads does. All others are copied.
 */
const QUESTIONS: Partial<Record<keyof Calls, Packing>> = {
  accept: AS_JSON,
  advance: {
    pack: (parts) => packRound((parts as [Round])[0]),
    unpack: (text) => [unpackRound(text)],
  },
  confirm: AS_JSON,
};

const ANSWERS: Partial<Record<keyof Calls, Packing>> = {
  accept: AS_JSON,
  advance: {
    pack: (outcome) => packRoundOutcome(outcome as RoundOutcome),
    unpack: unpackRoundOutcome,
  },
  confirm: AS_JSON,
  lease: { pack: (text) => text as string, unpack: readLeased },
};

/** A call's parts as they cross to the store's thread. */
export function packQuestion(call: keyof Calls, parts: readonly unknown[]): unknown {
  return pack(QUESTIONS[call], parts);
}

export function unpackQuestion(call: keyof Calls, parcel: unknown): readonly unknown[] {
  return unpack(QUESTIONS[call], parcel) as readonly unknown[];
}

/** A call's answer as it crosses back. */
export function packAnswer(call: keyof Calls, answer: unknown): unknown {
  return pack(ANSWERS[call], answer);
}

export function unpackAnswer(call: keyof Calls, parcel: unknown): unknown {
  return unpack(ANSWERS[call], parcel);
}

function pack(packing: Packing | undefined, value: unknown): unknown {
  return packing === undefined ? value : packing.pack(value);
}

function unpack(packing: Packing | undefined, parcel: unknown): unknown {
  return packing === undefined ? parcel : packing.unpack(parcel as string);
}
