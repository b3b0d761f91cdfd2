import { openApiClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { AccountJson, PageJson } from "../gateway-json.ts";
import type { TargetOptions } from "../gateway-target.ts";
import { describeBreaker, describePause, renderAccount } from "../screen/account.ts";
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

/** `yici accounts show`. */
export async function showAccount(
  session: Session,
  options: TargetOptions,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const account = await openApiClient(session, options).call<AccountJson>(pathOf(appid));
  session.screen.answer(account, renderAccount(account));
  return "done";
}

interface PauseOptions extends TargetOptions {
  readonly detail?: string;
}

/** `yici accounts pause`. */
export async function pauseAccount(
  session: Session,
  options: PauseOptions,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const account = await openApiClient(session, options).call<AccountJson>(
    `${pathOf(appid)}/pause`,
    { method: "POST", body: { detail: options.detail } },
  );
  session.screen.answer(account, `已暂停 paused: ${appid}\n→ yici accounts resume ${appid}`);
  return "done";
}

/** `yici accounts resume`. */
export async function resumeAccount(
  session: Session,
  options: TargetOptions,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const account = await openApiClient(session, options).call<AccountJson>(
    `${pathOf(appid)}/resume`,
    { method: "POST" },
  );
  session.screen.answer(account, `已恢复 resumed: ${appid}`);
  return "done";
}

/** `yici accounts force-token`. */
export async function forceToken(
  session: Session,
  options: TargetOptions,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const forced = await openApiClient(session, options).call<{ readonly expires_in: number }>(
    `${pathOf(appid)}/token/force`,
    { method: "POST" },
  );
  session.screen.answer(
    forced,
    `换了新令牌，${forced.expires_in} 秒后到期 a new token, for ${forced.expires_in} s: ${appid}`,
  );
  return "done";
}

function pathOf(appid: string): string {
  return `/accounts/${encodeURIComponent(appid)}`;
}

const COLUMNS: readonly Column<AccountJson>[] = [
  { title: { zh: "账号", en: "APPID" }, cell: ({ appid }) => appid },
  { title: { zh: "名称", en: "NAME" }, cell: ({ name }) => name },
  { title: { zh: "种类", en: "KIND" }, cell: ({ kind }) => kind },
  { title: { zh: "平台", en: "PLATFORM" }, cell: ({ platform }) => describePlatform(platform) },
  { title: { zh: "发送", en: "SENDING" }, cell: describeSending },
];

function describePlatform(platform: AccountJson["platform"]): string {
  return platform.kind === "real" ? "微信 WeChat" : `沙箱 sandbox ${platform.page_url ?? ""}`;
}

function describeSending({ pause, breaker }: AccountJson): string {
  if (pause !== null) return `暂停 paused: ${describePause(pause)}`;
  return breaker === null ? "正常 on" : describeBreaker(breaker);
}
