import { buildReply } from "@yici/protocol";
import type { FaultInput } from "../faults/fault-input.ts";
import type { Changes } from "../inbox/changes.ts";
import type { Pusher } from "../push/pusher.ts";
import { type CallParts, processCall, type ReadCall } from "./process-call.ts";
import type { WireAnswer } from "./wire-call.ts";

export interface WireParts extends CallParts {
  readonly changes: Changes;
  readonly pusher: Pusher;
}

/** What a call is answered. */
export interface AnsweredCall {
  /** The reply's JSON. */
  readonly text: string;
  /** The fault that struck the call: whoever carries the answer may have to lose it. */
  readonly fault: FaultInput | undefined;
}

/** Answers a call when what it did is on disk, and tells everybody whom that concerns. */
export async function answerCall(parts: WireParts, call: ReadCall): Promise<AnsweredCall> {
  const { changes, pusher } = parts;
  const { answer, fault } = await processCall(parts, call);
  changes.announceAtDesk();
  if (answer?.changed !== undefined) changes.announce(answer.changed);
  if (answer?.event !== undefined) pusher.announce(answer.event);
  return { text: writeReply(answer), fault };
}

/** What is answered when nothing could be decided. */
export const SYSTEM_ERROR = buildReply(-1, "system error");

const OK = buildReply(0, "ok");

function writeReply(answer: WireAnswer | undefined): string {
  if (answer === undefined) return SYSTEM_ERROR;
  if (answer.body !== undefined) return answer.body;
  return answer.errcode === 0 ? OK : buildReply(answer.errcode, answer.errmsg);
}
