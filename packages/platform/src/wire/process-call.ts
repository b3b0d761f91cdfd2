import { buildReply, buildRid, parseAppId, parseOpenId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { describeFault } from "../faults/describe-fault.ts";
import { type FaultInput, isStruckBefore } from "../faults/fault-input.ts";
import type { Faults } from "../faults/faults.ts";
import { type Transcript, writeTranscript } from "../journal/transcript.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { HTTPS_ONLY } from "./body-refusals.ts";
import { findEndpoint } from "./endpoints.ts";
import { refuse } from "./refuse.ts";
import type { WireAnswer, WireCall, WireEndpoint } from "./wire-call.ts";

export interface CallParts {
  readonly store: PlatformStore;
  readonly world: World;
  readonly faults: Faults;
  readonly conduct: Conduct;
  /** Aborts when the platform stops. */
  readonly stopping: AbortSignal;
}

/** A call before it is processed. */
export type ReadCall = Omit<WireCall, "at" | "rid">;

/** A request's target, taken apart. */
export function splitTarget(target: string): Pick<ReadCall, "endpoint" | "rawQuery"> {
  const mark = target.indexOf("?");
  return mark === -1
    ? { endpoint: target, rawQuery: "" }
    : { endpoint: target.slice(0, mark), rawQuery: target.slice(mark + 1) };
}

/** What became of a call. */
export interface CallOutcome {
  /** Absent when a fault struck before the platform could decide. */
  readonly answer: WireAnswer | undefined;
  /** The fault that struck the call. */
  readonly fault: FaultInput | undefined;
}

/** Decides a call, does what it asks and writes the journal, in one commit; resolves when that is on disk. */
export function processCall(parts: CallParts, request: ReadCall): Promise<CallOutcome> {
  const { store, world, faults, stopping } = parts;
  const beganAt = world.monotonic();
  const endpoint = findEndpoint(request.endpoint);
  const fault =
    faults.count === 0
      ? undefined
      : faults.draw(request.endpoint, endpoint.findAppid(store, request));
  const course = { beganAt, endpoint, fault };
  return fault?.latencyMs === undefined
    ? commitCall(parts, request, course)
    : world.sleep(fault.latencyMs, stopping).then(() => commitCall(parts, request, course));
}

/** What is settled before a call is. */
interface Course {
  readonly beganAt: number;
  readonly endpoint: WireEndpoint;
  readonly fault: FaultInput | undefined;
}

function commitCall(
  { store, world, conduct }: CallParts,
  request: ReadCall,
  { beganAt, endpoint, fault }: Course,
): Promise<CallOutcome> {
  const call = admit(request, world);
  return store.commit(() => {
    const decided = decide({ store, world, conduct, endpoint, fault }, call);
    const answer = overrule(fault, call, decided);
    const transcript = transcribe(call, answer, world.monotonic() - beganAt);
    record({ store, endpoint, fault }, call, decided, transcript);
    return { answer, fault };
  });
}

/** Written out, as all that is made anew for each call: V8 copies what is spread far more slowly. */
function admit(
  { method, endpoint, rawQuery, body, isSecure, clientIp }: ReadCall,
  world: Pick<World, "now" | "randomBytes">,
): WireCall {
  const at = world.now();
  const rid = buildRid(at, world.randomBytes(8));
  return { method, endpoint, rawQuery, body, isSecure, clientIp, at, rid };
}

interface DecisionParts {
  readonly store: PlatformStore;
  readonly world: World;
  readonly conduct: Conduct;
  readonly endpoint: WireEndpoint;
  readonly fault: FaultInput | undefined;
}

function decide(
  { store, world, conduct, endpoint, fault }: DecisionParts,
  call: WireCall,
): WireAnswer | undefined {
  if (fault !== undefined && isStruckBefore(fault)) return undefined;
  if (fault?.kind === "token_revoked") revokeTokens(store, endpoint, call);
  if (conduct.isStrict && !call.isSecure) return refuse(call, HTTPS_ONLY);
  return endpoint.process(store, call, world, conduct);
}

function revokeTokens(store: PlatformStore, endpoint: WireEndpoint, call: WireCall): void {
  const appid = parseAppId(endpoint.findAppid(store, call) ?? "");
  if (appid !== undefined) store.tokens.revoke(appid, call.at);
}

/** An errcode fault answers its own code, whatever was decided. */
function overrule(
  fault: FaultInput | undefined,
  call: WireCall,
  decided: WireAnswer | undefined,
): WireAnswer | undefined {
  if (fault?.kind !== "errcode") return decided;
  const { changed, event } = decided ?? {};
  return { ...refuse(call, { errcode: fault.errcode, why: FAULT_INJECTED }), changed, event };
}

const FAULT_INJECTED = {
  zh: "这是人为注入的故障。",
  en: "A fault was injected on purpose.",
};

/** A rid is told with a refusal alone, so that no other call is ever looked up by its rid. */
function transcribe(
  call: WireCall,
  answer: WireAnswer | undefined,
  tookMs: number,
): Transcript | undefined {
  if (answer === undefined || answer.errcode === 0) return undefined;
  const reply = buildReply(answer.errcode, answer.errmsg);
  return writeTranscript(call, { reply, tookMs });
}

function record(
  { store, endpoint, fault }: Omit<DecisionParts, "world" | "conduct">,
  call: WireCall,
  { messageId, appid, openid = "", scene, token, errcode, errmsg, why }: Partial<WireAnswer> = {},
  transcript: Transcript | undefined,
): void {
  // The message says it all, but for a fault.
  if (messageId !== undefined && fault === undefined) return;
  store.journal.add({
    id: messageId,
    kind: "call",
    at: call.at,
    appid: appid ?? parseAppId(endpoint.findAppid(store, call) ?? ""),
    method: call.method,
    endpoint: call.endpoint.slice(0, ENDPOINT_RECORDED_MAX),
    openid: parseOpenId(openid),
    scene,
    token: token && store.tokens.fingerprint(token),
    errcode,
    errmsg,
    rid: call.rid,
    why,
    fault: fault && describeFault(fault),
    transcript,
  });
}

const ENDPOINT_RECORDED_MAX = 100;
