import { openApiClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { ComponentJson, PageJson } from "../gateway-json.ts";
import type { TargetOptions } from "../gateway-target.ts";
import { readSecretFile } from "../read-secret-file.ts";
import { renderFields } from "../screen/fields.ts";
import { type Column, renderTable } from "../screen/table.ts";
import type { Session } from "../session.ts";
import { renderPage } from "./page.ts";

interface ComponentOptions extends TargetOptions {
  readonly appSecretFile: string;
  readonly pushTokenFile: string;
  readonly pushKeyFile: string;
  readonly apiUrl?: string;
}

/** `yici components put`. */
export async function putComponent(
  session: Session,
  options: ComponentOptions,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const { apiUrl } = options;
  const component = await openApiClient(session, options).call<ComponentJson>("/components", {
    method: "POST",
    body: {
      appid,
      app_secret: readSecretFile(options.appSecretFile),
      push_token: readSecretFile(options.pushTokenFile),
      push_key: readSecretFile(options.pushKeyFile),
      platform:
        apiUrl === undefined ? undefined : { kind: "sandbox", api_url: apiUrl, page_url: apiUrl },
    },
  });
  session.screen.answer(component, renderComponent(component));
  return "done";
}

/** `yici components list`. */
export async function listComponents(session: Session, options: TargetOptions): Promise<Exit> {
  const page = await openApiClient(session, options).call<PageJson<ComponentJson>>("/components");
  session.screen.answer(
    page,
    renderPage(page, (components) => renderTable(components, COLUMNS), NONE),
  );
  return "done";
}

const NONE = "没有第三方平台 No third-party platforms";

const COLUMNS: readonly Column<ComponentJson>[] = [
  { title: { zh: "第三方平台", en: "APPID" }, cell: ({ appid }) => appid },
  { title: { zh: "票据", en: "TICKET" }, cell: describeTicket },
  { title: { zh: "推送地址", en: "PUSH URL" }, cell: ({ push_url }) => push_url },
];

function renderComponent(component: ComponentJson): string {
  return renderFields([
    { title: { zh: "第三方平台", en: "appid" }, value: component.appid },
    { title: { zh: "票据", en: "ticket" }, value: describeTicket(component) },
    {
      title: { zh: "授权事件接收 URL", en: "address for authorization events" },
      value: component.push_url,
    },
  ]);
}

function describeTicket({ has_ticket }: ComponentJson): string {
  return has_ticket ? "已收到 received" : "等待推送 waiting for the push";
}
