import { findErrcode } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import type { Attempt, AttemptOutcome } from "../../deliveries/delivery.ts";
import type { MessageSummary } from "../../store/ledger.ts";
import { PauseJson, WhenInDoubtJson } from "./account-json.ts";
import { AskAgainJson, ConfirmationJson, EvidenceJson, GrantJson } from "./grant-json.ts";
import {
  BilingualJson,
  CLOSED,
  InstantJson,
  nullable,
  showInstant,
  showInstantIfAny,
} from "./json.ts";

/** Where a message stands. */
export const MessageStateJson = Type.Enum([
  "scheduled",
  "waiting",
  "queued",
  "sending",
  "delivered",
  "uncertain",
  "rejected",
  "abandoned",
  "cancelled",
  "expired",
]);

const WhenNoGrantJson = Type.Enum(["refuse", "wait"], {
  description: "What to do when there is no grant: refuse the message, or let it wait for one",
});

const MiniprogramJson = Type.Object({ appid: Type.String(), pagepath: Type.String() }, CLOSED);

/** A message as it is asked for. Lengths are judged as WeChat counts them, in code points. */
export const NewMessageJson = Type.Object(
  {
    openid: Type.String(),
    scene: Type.Integer(),
    title: Type.String({ description: "1 to 15 characters" }),
    content: Type.String({ description: "1 to 200 characters; line breaks are kept" }),
    color: Type.Optional(Type.String({ description: "#RRGGBB" })),
    url: Type.Optional(Type.String({ description: "Where a tap leads" })),
    miniprogram: Type.Optional(MiniprogramJson),
    send_at: Type.Optional(InstantJson),
    deadline: Type.Optional(InstantJson),
    when_no_grant: Type.Optional(WhenNoGrantJson),
    when_in_doubt: Type.Optional(WhenInDoubtJson),
    min_evidence: Type.Optional(EvidenceJson),
  },
  CLOSED,
);

const MESSAGE_FIELDS = {
  id: Type.String(),
  openid: Type.String(),
  scene: Type.Integer(),
  title: Type.String(),
  content: Type.String(),
  color: nullable(Type.String()),
  url: nullable(Type.String()),
  miniprogram: nullable(MiniprogramJson),
  state: MessageStateJson,
  cause: nullable(Type.String({ description: "Why it stands where it does" })),
  errcode: nullable(Type.Integer({ description: "WeChat's code that decided, if one did" })),
  fault: nullable(Type.String({ description: "Who is to blame for a refusal" })),
  likely: nullable(Type.Enum(["delivered", "unknown"])),
  generation: nullable(Type.Integer()),
  attempt_count: Type.Integer(),
  accepted_at: InstantJson,
  send_at: InstantJson,
  deadline: InstantJson,
  settled_at: nullable(InstantJson),
  when_no_grant: WhenNoGrantJson,
  when_in_doubt: nullable(WhenInDoubtJson),
  min_evidence: EvidenceJson,
  principal: Type.String(),
};

/** A message and where it stands. */
export const MessageJson = Type.Object(MESSAGE_FIELDS);

const OutcomeJson = Type.Union([
  Type.Object({
    kind: Type.Literal("answered"),
    errcode: Type.Integer(),
    errmsg: Type.String(),
    rid: nullable(Type.String()),
    meaning: nullable(BilingualJson),
  }),
  Type.Object({ kind: Type.Literal("unsent"), reason: Type.String() }),
  Type.Object({ kind: Type.Literal("unanswered"), reason: Type.String() }),
]);

const AttemptJson = Type.Object({
  number: Type.Integer(),
  generation: Type.Integer(),
  started_at: InstantJson,
  finished_at: nullable(InstantJson),
  outcome: nullable(OutcomeJson),
  is_late: Type.Boolean(),
});

/** A message with its whole story. */
export const MessageStoryJson = Type.Object({
  ...MESSAGE_FIELDS,
  attempts: Type.Array(AttemptJson),
  grant: nullable(GrantJson),
  pause: nullable(PauseJson),
  explanation: Type.Object({
    meaning: BilingualJson,
    likely_causes: Type.Array(BilingualJson),
    next_step: BilingualJson,
    rule: nullable(BilingualJson),
  }),
  slot: Type.Object({
    summary: BilingualJson,
    grants: Type.Array(GrantJson, { description: "The slot's generations, newest first" }),
    confirmations: Type.Array(ConfirmationJson, { description: "Newest first, at most 50" }),
  }),
  ask_again: Type.Array(AskAgainJson),
});

/** A message as the wire shows it. */
export function showMessage({ message, delivery }: MessageSummary): Static<typeof MessageJson> {
  const { content } = message;
  return {
    id: message.messageId,
    openid: message.openid,
    scene: message.scene,
    title: content.title,
    content: content.content,
    color: content.color ?? null,
    url: content.url ?? null,
    miniprogram: content.miniprogram === undefined ? null : { ...content.miniprogram },
    state: delivery.state,
    cause: delivery.cause ?? null,
    errcode: delivery.errcode ?? null,
    fault: delivery.fault ?? null,
    likely: delivery.likely ?? null,
    generation: delivery.generation ?? null,
    attempt_count: delivery.attemptNumber,
    accepted_at: showInstant(message.acceptedAt),
    send_at: showInstant(message.dueAt),
    deadline: showInstant(message.deadlineAt),
    settled_at: showInstantIfAny(delivery.settledAt),
    when_no_grant: message.whenNoGrant,
    when_in_doubt: message.whenInDoubt ?? null,
    min_evidence: message.minEvidence,
    principal: message.principal,
  };
}

/** An attempt as the wire shows it, with the meaning of its errcode. */
export function showAttempt(attempt: Attempt): Static<typeof AttemptJson> {
  return {
    number: attempt.number,
    generation: attempt.generation,
    started_at: showInstant(attempt.startedAt),
    finished_at: showInstantIfAny(attempt.finishedAt),
    outcome: attempt.outcome === undefined ? null : showOutcome(attempt.outcome),
    is_late: attempt.isLate,
  };
}

function showOutcome(outcome: AttemptOutcome): Static<typeof OutcomeJson> {
  if (outcome.kind !== "answered") return outcome;
  const { kind, errcode, errmsg, rid } = outcome;
  return {
    kind,
    errcode,
    errmsg,
    rid: rid ?? null,
    meaning: findErrcode(errcode)?.meaning ?? null,
  };
}
