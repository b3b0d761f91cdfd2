import { Type } from "typebox";
import type { Static } from "typebox";
import { messageCursor } from "../../store/cursors.ts";
import type { MessageReport } from "../../store/ledger.ts";
import type { AccountRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import { showPause } from "./account-json.ts";
import { describeSlot } from "./describe-slot.ts";
import { explainDelivery } from "./explain-delivery.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { showGrant } from "./grant-json.ts";
import { CLOSED, nullable } from "./json.ts";
import {
  MessageJson,
  MessageStateJson,
  MessageStoryJson,
  NewMessageJson,
  showAttempt,
  showMessage,
} from "./message-json.ts";
import { PAGE_QUERY, readPage, showNext } from "./paging.ts";
import { postMessage } from "./post-message.ts";
import { ProblemError } from "./problem.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";
import { readSlotFilter } from "./slot-filter.ts";

const MessageParams = Type.Object({ appid: Type.String(), id: Type.String() });

const WAIT_MAX_MS = 60_000;

const AcceptQuery = Type.Object(
  {
    wait_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: WAIT_MAX_MS,
        description: "How long to wait for the end of the delivery",
      }),
    ),
  },
  CLOSED,
);

const MessageQuery = Type.Object(
  {
    openid: Type.Optional(Type.String()),
    scene: Type.Optional(Type.Integer()),
    state: Type.Optional(MessageStateJson),
    ...PAGE_QUERY,
  },
  CLOSED,
);

/** `/v1/accounts/{appid}/messages`: what is to be sent, and what became of it. */
export const MESSAGE_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/messages",
    operation: "acceptMessage",
    summary: "Take a message on; 202 while it is under way, 200 once its delivery has ended",
    params: AccountParams,
    query: AcceptQuery,
    body: NewMessageJson,
    answer: MessageJson,
    status: 202,
    otherStatuses: [200],
    problems: ["account_not_found", "no_grant", "idempotency_key_reused"],
    isIdempotent: true,
    async handle({ params, query, body, ...caller }, context) {
      const account = await findAccount(params.appid, context.store);
      const waitMs = query.wait_ms ?? 0;
      return postMessage({ account, body, caller, waitMs }, context);
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/messages",
    operation: "listMessages",
    summary: "List messages, newest first",
    params: AccountParams,
    query: MessageQuery,
    answer: Type.Object({ items: Type.Array(MessageJson), next_after: nullable(Type.String()) }),
    status: 200,
    problems: ["account_not_found"],
    async handle({ params, query }, { store }) {
      const { appid } = await findAccount(params.appid, store);
      const page = readPage(query);
      const slots = readSlotFilter(query);
      const messages =
        slots === undefined
          ? []
          : await store.listMessages({ appid, ...slots, state: query.state, ...page });
      return {
        body: {
          items: messages.map(showMessage),
          next_after: showNext(messages, page, messageCursor),
        },
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/messages/{id}",
    operation: "findMessage",
    summary: "Show a message with every attempt, the grant it used, and why it ended as it did",
    params: MessageParams,
    answer: MessageStoryJson,
    status: 200,
    problems: ["account_not_found", "message_not_found"],
    async handle({ params }, { store }) {
      const account = await findAccount(params.appid, store);
      const report = await store.findMessage(account.appid, params.id);
      if (report === undefined) throw refuseUnknownMessage();
      return { body: await showStory(account, report, store) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/messages/{id}/cancel",
    operation: "cancelMessage",
    summary: "Cancel a message that no attempt can have sent",
    params: MessageParams,
    answer: MessageJson,
    status: 200,
    problems: ["account_not_found", "message_not_found", "too_late_to_cancel"],
    async handle({ params }, { store, world }) {
      const { appid } = await findAccount(params.appid, store);
      const outcome = await store.cancel(appid, params.id, world.now());
      if (outcome.kind === "unknown_message") throw refuseUnknownMessage();
      const message = showMessage(outcome.message);
      if (outcome.kind === "too_late") throw refuseLateCancel(message);
      return { body: message };
    },
  }),
];

async function showStory(
  account: AccountRecord,
  report: MessageReport,
  store: AdminContext["store"],
): Promise<Static<typeof MessageStoryJson>> {
  const { delivery, message } = report;
  const grant = report.slot.grants.find(({ generation }) => generation === delivery.generation);
  const slot = await describeSlot(account, report.slot, message.minEvidence, store);
  const { summary, grants, confirmations } = slot;
  return {
    ...showMessage(report),
    attempts: report.attempts.map(showAttempt),
    grant: grant === undefined ? null : showGrant(grant),
    pause: showPause(report.pause),
    explanation: explainDelivery(report, grant),
    slot: { summary, grants, confirmations },
    ask_again: slot.ask_again,
  };
}

function refuseUnknownMessage(): ProblemError {
  return new ProblemError("message_not_found", {
    detail: {
      zh: "这个账号没有这条消息；GET …/messages 列出全部消息。",
      en: "The account has no such message; GET …/messages lists them.",
    },
  });
}

function refuseLateCancel(message: Static<typeof MessageJson>): ProblemError {
  return new ProblemError("too_late_to_cancel", {
    detail: {
      zh: `消息已是 ${message.state}，可能已经发出，或已有结果。`,
      en: `The message is ${message.state}: it may have been sent, or has ended.`,
    },
    members: { message },
  });
}
