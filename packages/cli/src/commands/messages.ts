import { type AccountOptions, openAccountClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { MessageJson, MessageStoryJson, PageJson } from "../gateway-json.ts";
import { showInstant } from "../screen/instant.ts";
import { renderStory } from "../screen/message-story.ts";
import { type Column, renderTable } from "../screen/table.ts";
import { nameMessageState } from "../screen/words.ts";
import type { Session } from "../session.ts";
import { buildPageQuery, type PageOptions, renderPage } from "./page.ts";

/** `yici messages list`. */
export async function listMessages(session: Session, options: PageOptions): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const page = await client.call<PageJson<MessageJson>>("/messages", buildPageQuery(options));
  session.screen.answer(
    page,
    renderPage(page, (messages) => renderTable(messages, COLUMNS), "没有消息 No messages"),
  );
  return "done";
}

/** `yici messages show`. */
export async function showMessage(
  session: Session,
  options: AccountOptions,
  [id = ""]: readonly string[],
): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const story = await client.call<MessageStoryJson>(`/messages/${encodeURIComponent(id)}`);
  session.screen.answer(story, renderStory(story));
  return "done";
}

/** `yici messages cancel`. */
export async function cancelMessage(
  session: Session,
  options: AccountOptions,
  [id = ""]: readonly string[],
): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const message = await client.call<MessageJson>(`/messages/${encodeURIComponent(id)}/cancel`, {
    method: "POST",
  });
  session.screen.answer(message, `已取消 cancelled: ${message.id}`);
  return "done";
}

const COLUMNS: readonly Column<MessageJson>[] = [
  { title: { zh: "编号", en: "ID" }, cell: ({ id }) => id },
  { title: { zh: "收信人", en: "OPENID" }, cell: ({ openid }) => openid },
  { title: { zh: "场景", en: "SCENE" }, cell: ({ scene }) => scene },
  { title: { zh: "标题", en: "TITLE" }, cell: ({ title }) => title },
  { title: { zh: "状态", en: "STATE" }, cell: ({ state }) => nameMessageState(state) },
  { title: { zh: "受理", en: "ACCEPTED" }, cell: (message) => showInstant(message.accepted_at) },
];
