import type { Static } from "typebox";
import { isTerminal } from "../../deliveries/delivery.ts";
import type { Evidence } from "../../grants/grant.ts";
import type { Acceptance, AcceptOutcome, MessageSummary, SlotReport } from "../../store/ledger.ts";
import type { AccountRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import type { DeliveryWaiter } from "../delivery-waiters.ts";
import { describeSlot } from "./describe-slot.ts";
import { showMessage } from "./message-json.ts";
import type { MessageJson, NewMessageJson } from "./message-json.ts";
import { ProblemError, refuseContent } from "./problem.ts";
import { readAcceptance } from "./read-acceptance.ts";
import type { Caller } from "./read-acceptance.ts";
import type { ApiAnswer } from "./route.ts";

/** One call of `POST …/messages`, its path, body and headers read. */
export interface PostCall {
  readonly account: AccountRecord;
  readonly body: Static<typeof NewMessageJson>;
  readonly caller: Caller;
  /** How long the caller waits for the end of the delivery. */
  readonly waitMs: number;
}

/** Takes a message on, and waits for its end if the caller wants to. Throws the problems of the operation. */
export async function postMessage(
  { account, body, caller, waitMs }: PostCall,
  context: AdminContext,
): Promise<ApiAnswer<Static<typeof MessageJson>>> {
  const acceptance = readAcceptance(account, body, caller, context);
  const outcome = await offer(acceptance, context);
  switch (outcome.kind) {
    case "key_reused":
      throw refuseReusedKey();
    case "no_grant":
      throw await refuseWithoutGrant(account, outcome.slot, acceptance.minEvidence, context);
    case "accepted":
      return answer(await waitForEnd(outcome.message, waitMs, context), {});
    case "repeated":
      return answer(await waitForEnd(outcome.message, waitMs, context), REPLAYED);
  }
}

/** What was accepted in time is answered again later, when its deadline has passed. */
async function offer(acceptance: Acceptance, { store }: AdminContext): Promise<AcceptOutcome> {
  if (acceptance.deadlineAt > acceptance.dueAt) return store.accept(acceptance);
  const earlier = await store.findAccepted(acceptance);
  if (earlier === undefined) throw refuseContent([DEADLINE_TOO_EARLY]);
  return earlier;
}

const DEADLINE_TOO_EARLY = {
  path: ["deadline"],
  code: "too_early",
  message: {
    zh: "deadline 必须晚于 send_at（或现在）",
    en: "deadline must be later than send_at, or than now",
  },
};

const REPLAYED = { "idempotency-replayed": "true" };

function answer(
  message: MessageSummary,
  headers: Readonly<Record<string, string>>,
): ApiAnswer<Static<typeof MessageJson>> {
  const status = isTerminal(message.delivery.state) ? 200 : 202;
  return { status, headers, body: showMessage(message) };
}

/** Listens before it looks, so that an end between the two is not missed. */
async function waitForEnd(
  accepted: MessageSummary,
  waitMs: number,
  context: AdminContext,
): Promise<MessageSummary> {
  const { messageId } = accepted.message;
  const waiter = waitMs > 0 ? context.waiters.open(messageId) : undefined;
  if (waiter === undefined) return accepted;
  try {
    return await watchUntilEnd(accepted, waiter, waitMs, context);
  } finally {
    waiter.close();
  }
}

async function watchUntilEnd(
  accepted: MessageSummary,
  waiter: DeliveryWaiter,
  waitMs: number,
  { store, world }: AdminContext,
): Promise<MessageSummary> {
  const { appid, messageId } = accepted.message;
  const until = world.monotonic() + waitMs;
  for (;;) {
    const current = (await store.findMessage(appid, messageId)) ?? accepted;
    const leftMs = until - world.monotonic();
    if (isTerminal(current.delivery.state) || leftMs <= 0) return current;
    if (!(await waiter.changed(leftMs))) return current;
  }
}

function refuseReusedKey(): ProblemError {
  return new ProblemError("idempotency_key_reused", {
    detail: {
      zh: "同一个 Idempotency-Key 已经用于内容不同的请求；请为新的消息换一个。",
      en: "The same Idempotency-Key came with another body before; use a new one for a new message.",
    },
  });
}

async function refuseWithoutGrant(
  account: AccountRecord,
  slot: SlotReport,
  minEvidence: Evidence,
  context: AdminContext,
): Promise<ProblemError> {
  const described = await describeSlot(account, slot, minEvidence, context.store);
  const [newest] = slot.grants;
  const next = described.ask_again.length > 0 ? ASK_BY_LINK : ADD_A_LINK;
  return new ProblemError("no_grant", {
    detail: {
      zh: `${described.summary.zh}${next.zh}`,
      en: `${described.summary.en} ${next.en}`,
    },
    members: { slot: described, earlier_message_id: newest?.messageId ?? null },
  });
}

const ASK_BY_LINK = {
  zh: "请此人再打开 ask_again 中的链接确认一次；或设 when_no_grant 为 wait，等确认后自动发送。",
  en: "Ask the person to confirm again by a link in ask_again; or set when_no_grant to wait, and it goes out once they do.",
};

const ADD_A_LINK = {
  zh: "这个场景还没有链接：先 POST …/links 添加一个，再请此人打开确认。",
  en: "No link asks for this scene yet: add one with POST …/links and let the person open it.",
};
