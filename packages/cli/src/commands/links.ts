import { type AccountOptions, openAccountClient } from "../account-client.ts";
import { findCliFile } from "../dev/cli-file.ts";
import { buildPhoneEntry } from "../dev/phone-entry.ts";
import type { Exit } from "../exit.ts";
import type { LinkJson, PageJson } from "../gateway-json.ts";
import { isLoopbackUrl } from "../loopback.ts";
import { renderFields } from "../screen/fields.ts";
import { showInstant } from "../screen/instant.ts";
import { renderQrCode } from "../screen/qr-code.ts";
import { type Column, renderTable } from "../screen/table.ts";
import type { Session } from "../session.ts";
import { renderPage } from "./page.ts";

interface AddLinkOptions extends AccountOptions {
  readonly scene: number;
  readonly title?: string;
}

/** `yici links add`. */
export async function addLink(session: Session, options: AddLinkOptions): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const { scene, title = TITLE } = options;
  const link = await client.call<LinkJson>("/links", { method: "POST", body: { scene, title } });
  const next = `→ 打开它 open it: npx yici links open ${link.id}`;
  session.screen.answer(link, `${renderLink(link)}\n${next}`);
  return "done";
}

/** `yici links list`. */
export async function listLinks(session: Session, options: AccountOptions): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const page = await client.call<PageJson<LinkJson>>("/links");
  session.screen.answer(
    page,
    renderPage(page, (links) => renderTable(links, COLUMNS), NONE),
  );
  return "done";
}

/** `yici links open`. */
export async function openLink(
  session: Session,
  options: AccountOptions,
  [id = ""]: readonly string[],
): Promise<Exit> {
  const client = await openAccountClient(session, options);
  const link = await client.call<LinkJson>(`/links/${encodeURIComponent(id)}`);
  session.screen.answer(link, `${renderLink(link)}\n\n${await renderWay(session, options, link)}`);
  return "done";
}

/** What visitors read when nobody said what a link is about. */
const TITLE = "消息提醒";

const NONE = "还没有链接 No links yet\n→ npx yici links add --scene 1000";

const COLUMNS: readonly Column<LinkJson>[] = [
  { title: { zh: "编号", en: "ID" }, cell: ({ id }) => id },
  { title: { zh: "场景", en: "SCENE" }, cell: ({ scene }) => scene },
  { title: { zh: "名称", en: "TITLE" }, cell: ({ title }) => title },
  { title: { zh: "入口", en: "ENTRY" }, cell: (link) => link.entry_url },
  { title: { zh: "创建", en: "CREATED" }, cell: (link) => showInstant(link.created_at) },
];

function renderLink(link: LinkJson): string {
  return renderFields([
    { title: { zh: "编号", en: "id" }, value: link.id },
    { title: { zh: "场景", en: "scene" }, value: link.scene },
    { title: { zh: "名称", en: "title" }, value: link.title },
    { title: { zh: "入口", en: "entry" }, value: link.entry_url },
  ]);
}

const LOOPBACK_ONLY = `这是本机地址，手机打不开，所以不印二维码；用 npx yici dev --lan 启动，手机就能扫
This address leads to this machine alone, so there is no QR code for a phone to follow; start with npx yici dev --lan for one`;

const HOLDS_TOKEN = `二维码含访问令牌，只给自己人看
The code carries the access token: show it to nobody else`;

/** A QR code that a phone can follow, or the words for why there is none. */
async function renderWay(
  session: Session,
  options: AccountOptions,
  link: LinkJson,
): Promise<string> {
  if (isLoopbackUrl(link.entry_url)) return LOOPBACK_ONLY;
  const address = findPhoneAddress(findCliFile(options.data ?? session.environment.dataDir), link);
  const code = await renderQrCode(address, session.screen.isColored);
  return address === link.entry_url ? code : `${code}\n\n${HOLDS_TOKEN}`;
}

/** Beside `yici dev --lan` a phone first passes the platform's door, which wants the token. */
function findPhoneAddress(file: ReturnType<typeof findCliFile>, { entry_url }: LinkJson): string {
  const { platformUrl, platformToken } = file ?? {};
  if (platformUrl === undefined || platformToken === undefined) return entry_url;
  const isBeside = new URL(platformUrl).hostname === new URL(entry_url).hostname;
  return isBeside ? buildPhoneEntry(platformUrl, platformToken, entry_url) : entry_url;
}
