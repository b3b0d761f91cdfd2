import { type AccountOptions, openAccountClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { GrantJson, PageJson } from "../gateway-json.ts";
import { showInstant } from "../screen/instant.ts";
import { type Column, renderTable } from "../screen/table.ts";
import { nameGrantState } from "../screen/words.ts";
import type { Session } from "../session.ts";
import { buildPageQuery, type PageOptions, renderPage } from "./page.ts";

/** `yici grants list`. */
export async function listGrants(session: Session, options: PageOptions): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const page = await client.call<PageJson<GrantJson>>("/grants", buildPageQuery(options));
  session.screen.answer(
    page,
    renderPage(page, (grants) => renderTable(grants, COLUMNS), NONE),
  );
  return "done";
}

/** `yici grants reinstate`. */
export async function reinstateGrant(
  session: Session,
  options: AccountOptions,
  [openid = "", scene = "", generation = ""]: readonly string[],
): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const slot = [openid, scene, generation].map(encodeURIComponent).join("/");
  const path = `/grants/${slot}/reinstate`;
  const grant = await client.call<GrantJson>(path, { method: "POST" });
  session.screen.answer(grant, `已恢复为可用 available again: ${openid} ${scene} #${generation}`);
  return "done";
}

const NONE = `没有授权：请人打开链接并确认 No grants: let somebody open a link and confirm
→ npx yici links list`;

const COLUMNS: readonly Column<GrantJson>[] = [
  { title: { zh: "收信人", en: "OPENID" }, cell: ({ openid }) => openid },
  { title: { zh: "场景", en: "SCENE" }, cell: ({ scene }) => scene },
  { title: { zh: "代", en: "GEN" }, cell: ({ generation }) => generation },
  { title: { zh: "状态", en: "STATE" }, cell: ({ state }) => nameGrantState(state) },
  { title: { zh: "依据", en: "EVIDENCE" }, cell: ({ evidence }) => evidence },
  { title: { zh: "确认", en: "CONFIRMED" }, cell: (grant) => showInstant(grant.renewed_at) },
  { title: { zh: "消息", en: "MESSAGE" }, cell: (grant) => grant.message_id ?? "" },
  { title: { zh: "作废原因", en: "VOID" }, cell: (grant) => grant.void_cause ?? "" },
];
