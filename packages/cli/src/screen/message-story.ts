import type {
  AttemptJson,
  ConfirmationJson,
  GrantJson,
  MessageStoryJson,
  OutcomeJson,
} from "../gateway-json.ts";
import { renderFields } from "./fields.ts";
import { showInstant } from "./instant.ts";
import { type Column, renderTable } from "./table.ts";
import { nameGrantState, nameMessageState } from "./words.ts";

/** A message with every attempt, the grant it used, why it ended as it did, and what to do next. */
export function renderStory(story: MessageStoryJson): string {
  const parts = [renderMessage(story)];
  if (story.attempts.length > 0) {
    parts.push(`发送经过 Attempts\n${renderTable(story.attempts, ATTEMPT_COLUMNS)}`);
  }
  const { grants, confirmations } = story.slot;
  if (grants.length > 0) parts.push(`授权各代 Generations\n${renderTable(grants, GRANT_COLUMNS)}`);
  if (confirmations.length > 0) {
    parts.push(`听到的确认 Confirmations\n${renderTable(confirmations, CONFIRMATION_COLUMNS)}`);
  }
  parts.push(renderExplanation(story));
  return parts.join("\n\n");
}

function renderMessage(story: MessageStoryJson): string {
  return renderFields([
    { title: { zh: "消息", en: "message" }, value: story.id },
    { title: { zh: "状态", en: "state" }, value: describeState(story) },
    { title: { zh: "收信人", en: "openid" }, value: story.openid },
    { title: { zh: "场景", en: "scene" }, value: story.scene },
    { title: { zh: "标题", en: "title" }, value: story.title },
    { title: { zh: "内容", en: "content" }, value: story.content },
    { title: { zh: "受理", en: "accepted" }, value: showInstant(story.accepted_at) },
    { title: { zh: "发送时间", en: "send at" }, value: showInstant(story.send_at) },
    { title: { zh: "期限", en: "deadline" }, value: showInstant(story.deadline) },
    {
      title: { zh: "结束", en: "settled" },
      value: story.settled_at === null ? undefined : showInstant(story.settled_at),
    },
    { title: { zh: "授权", en: "grant" }, value: describeGrant(story) },
    { title: { zh: "账号暂停", en: "account paused" }, value: describePause(story) },
  ]);
}

const LIKELY = { delivered: "多半已送达 likely delivered", unknown: "不知是否送达 unknown" };

function describeState({ state, likely, errcode }: MessageStoryJson): string {
  const parts = [nameMessageState(state)];
  if (likely !== null) parts.push(LIKELY[likely]);
  if (errcode !== null) parts.push(`errcode ${errcode}`);
  return parts.join(" · ");
}

function describeGrant({ grant }: MessageStoryJson): string | undefined {
  if (grant === null) return undefined;
  const { generation, state, evidence, renewed_at } = grant;
  const parts = [`第 ${generation} 代 generation ${generation}`, nameGrantState(state), evidence];
  return `${parts.join(" · ")} · 确认于 confirmed ${showInstant(renewed_at)}`;
}

function describePause({ pause }: MessageStoryJson): string | undefined {
  if (pause === null) return undefined;
  const until = pause.until === null ? "" : ` · 至 until ${showInstant(pause.until)}`;
  return `${pause.reason} · ${pause.detail}${until}`;
}

const ATTEMPT_COLUMNS: readonly Column<AttemptJson>[] = [
  { title: { zh: "次", en: "NO" }, cell: ({ number }) => number },
  { title: { zh: "开始", en: "STARTED" }, cell: (attempt) => showInstant(attempt.started_at) },
  { title: { zh: "结束", en: "FINISHED" }, cell: (attempt) => showInstant(attempt.finished_at) },
  { title: { zh: "结果", en: "OUTCOME" }, cell: describeOutcome },
  { title: { zh: "请求编号", en: "RID" }, cell: ({ outcome }) => findRid(outcome) },
];

const GRANT_COLUMNS: readonly Column<GrantJson>[] = [
  { title: { zh: "代", en: "GEN" }, cell: ({ generation }) => generation },
  { title: { zh: "状态", en: "STATE" }, cell: ({ state }) => nameGrantState(state) },
  { title: { zh: "依据", en: "EVIDENCE" }, cell: ({ evidence }) => evidence },
  { title: { zh: "确认", en: "CONFIRMED" }, cell: (grant) => showInstant(grant.renewed_at) },
  { title: { zh: "作废原因", en: "VOID" }, cell: (grant) => grant.void_cause ?? "" },
  { title: { zh: "消息", en: "MESSAGE" }, cell: (grant) => grant.message_id ?? "" },
];

const CONFIRMATION_COLUMNS: readonly Column<ConfirmationJson>[] = [
  { title: { zh: "时间", en: "AT" }, cell: ({ at }) => showInstant(at) },
  { title: { zh: "依据", en: "EVIDENCE" }, cell: ({ evidence }) => evidence },
  { title: { zh: "作用", en: "EFFECT" }, cell: ({ effect }) => effect },
  { title: { zh: "代", en: "GEN" }, cell: ({ generation }) => generation },
  { title: { zh: "来自", en: "FROM" }, cell: ({ source }) => `${source.kind} ${source.id}` },
];

/** By which WeChat's support finds the call. */
function findRid(outcome: OutcomeJson | null): string {
  return outcome?.kind === "answered" ? (outcome.rid ?? "") : "";
}

function describeOutcome({ outcome, is_late }: AttemptJson): string {
  const late = is_late ? " （迟到 late）" : "";
  if (outcome === null) return "还没有回答 no answer yet";
  if (outcome.kind === "answered") return `${outcome.errcode} ${outcome.errmsg}${late}`;
  const name = outcome.kind === "unsent" ? "没有发出 unsent" : "没有回答 unanswered";
  return `${name}: ${outcome.reason}${late}`;
}

function renderExplanation({ explanation, ask_again }: MessageStoryJson): string {
  const { meaning, likely_causes, next_step, rule } = explanation;
  return [
    meaning.zh,
    meaning.en,
    ...(rule === null ? [] : [`规则：${rule.zh}`, `Rule: ${rule.en}`]),
    ...likely_causes.flatMap(({ zh, en }) => [`· ${zh}`, `  ${en}`]),
    `→ ${next_step.zh}`,
    `→ ${next_step.en}`,
    ...ask_again.map((link) => `  ${link.entry_url}`),
  ].join("\n");
}
