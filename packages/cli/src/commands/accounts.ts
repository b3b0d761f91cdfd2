import { openApiClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { AccountJson, PageJson } from "../gateway-json.ts";
import type { TargetOptions } from "../gateway-target.ts";
import { type Column, renderTable } from "../screen/table.ts";
import type { Session } from "../session.ts";
import { renderPage } from "./page.ts";

/** `yici accounts list`. */
export async function listAccounts(session: Session, options: TargetOptions): Promise<Exit> {
  const page = await openApiClient(session, options).call<PageJson<AccountJson>>("/accounts");
  session.screen.answer(
    page,
    renderPage(page, (accounts) => renderTable(accounts, COLUMNS), "没有账号 No accounts"),
  );
  return "done";
}

/** `yici accounts resume`. */
export async function resumeAccount(
  session: Session,
  options: TargetOptions,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const client = openApiClient(session, options);
  const account = await client.call<AccountJson>(`/accounts/${encodeURIComponent(appid)}/resume`, {
    method: "POST",
  });
  session.screen.answer(account, `已恢复 resumed: ${appid}`);
  return "done";
}

const COLUMNS: readonly Column<AccountJson>[] = [
  { title: { zh: "账号", en: "APPID" }, cell: ({ appid }) => appid },
  { title: { zh: "名称", en: "NAME" }, cell: ({ name }) => name },
  { title: { zh: "种类", en: "KIND" }, cell: ({ kind }) => kind },
  { title: { zh: "平台", en: "PLATFORM" }, cell: ({ platform }) => describePlatform(platform) },
  { title: { zh: "发送", en: "SENDING" }, cell: ({ pause }) => describePause(pause) },
];

function describePlatform(platform: AccountJson["platform"]): string {
  return platform.kind === "real" ? "微信 WeChat" : `沙箱 sandbox ${platform.page_url ?? ""}`;
}

function describePause(pause: AccountJson["pause"]): string {
  if (pause === null) return "正常 on";
  const errcode = pause.errcode === null ? "" : ` ${pause.errcode}`;
  return `暂停 paused: ${pause.reason}${errcode} ${pause.detail}`;
}
