import { hash } from "node:crypto";
import { validateMessage } from "@yici/protocol";
import type { MessageContent } from "@yici/protocol";
import type { Static } from "typebox";
import { issueMessageId } from "../../ids.ts";
import type { Acceptance } from "../../store/ledger.ts";
import type { AccountRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import { readInstant } from "./json.ts";
import type { NewMessageJson } from "./message-json.ts";
import { refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";
import { readSlot } from "./read-slot.ts";

type NewMessage = Static<typeof NewMessageJson>;

/** Who asks, and under which key a repetition is recognised. */
export interface Caller {
  readonly principal: string;
  readonly idempotencyKey: string | undefined;
}

/** The furthest ahead a message may be scheduled, and the longest it may be tried. */
const HORIZON_MS = 366 * 24 * 60 * 60 * 1_000;

/** Turns a request into what the ledger accepts. Throws the problem `invalid_request` with every mistake. */
export function readAcceptance(
  account: AccountRecord,
  body: NewMessage,
  caller: Caller,
  { world, policy }: Pick<AdminContext, "world" | "policy">,
): Acceptance {
  const now = world.now();
  const slot = readSlot(body);
  const content = readContent(body);
  const dueAt = body.send_at === undefined ? now : Math.max(now, readInstant(body.send_at));
  const deadlineAt =
    body.deadline === undefined ? dueAt + policy.deadlineMs : readInstant(body.deadline);
  const issues = [...validateMessage(content), ...checkTimes(dueAt, deadlineAt, now)];
  if (issues.length > 0) throw refuseContent(issues);
  const { principal, idempotencyKey } = caller;
  return {
    appid: account.appid,
    messageId: issueMessageId(account.code, world),
    ...slot,
    content,
    dueAt,
    deadlineAt,
    whenNoGrant: body.when_no_grant ?? "refuse",
    whenInDoubt: body.when_in_doubt,
    minEvidence: body.min_evidence ?? "imported",
    principal,
    idempotency:
      idempotencyKey === undefined ? undefined : { key: idempotencyKey, bodyHash: hashBody(body) },
    now,
  };
}

function readContent({ title, content, color, url, miniprogram }: NewMessage): MessageContent {
  return {
    title,
    content,
    ...(color !== undefined && { color }),
    ...(url !== undefined && { url }),
    ...(miniprogram !== undefined && { miniprogram }),
  };
}

function checkTimes(dueAt: number, deadlineAt: number, now: number): readonly RequestIssue[] {
  const issues: RequestIssue[] = [];
  if (dueAt > now + HORIZON_MS) issues.push({ path: ["send_at"], ...TOO_FAR });
  if (deadlineAt > dueAt + HORIZON_MS) issues.push({ path: ["deadline"], ...TOO_FAR });
  return issues;
}

const TOO_FAR = {
  code: "too_far",
  message: { zh: "时间太远，最多一年", en: "that is too far ahead, a year at most" },
} as const;

/** The same fields with the same values hash alike, in whatever order and with whatever white space they came. */
function hashBody(body: NewMessage): string {
  return hash("sha256", JSON.stringify(sortFields(body)));
}

function sortFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return entries.map(([name, field]) => [name, sortFields(field)]);
}
