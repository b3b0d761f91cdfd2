import { DEMO_ACCOUNT } from "@yici/platform";
import { buildTokenQuery, parseAppId, SEND_PATH, TOKEN_PATH } from "@yici/protocol";
import { APPID, type ApiReply, type FlowScene, SCENE } from "./flow-scene.ts";
import { must } from "./must.ts";

/** What WeChat's API answers, as far as the tests look. */
export interface ReplyJson {
  readonly errcode: number;
  readonly errmsg: string;
}

/** A token of the demo account of its own, as another system with the same account would have it. */
export async function fetchToken(flow: FlowScene): Promise<string> {
  const query = buildTokenQuery(must(parseAppId(APPID)), DEMO_ACCOUNT.secret);
  const url = `${flow.platform.url}${TOKEN_PATH}?${query}`;
  return (await flow.ask<{ readonly access_token: string }>("GET", url)).json.access_token;
}

/** A message for a person in the spelling of WeChat's API; what is given replaces the usual. */
export async function buildMessage(
  flow: FlowScene,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  return {
    touser: await flow.openidOf("zhang"),
    template_id: DEMO_ACCOUNT.templateId,
    scene: String(SCENE),
    title: "订阅通知",
    data: { content: { value: "您好!" } },
    ...fields,
  };
}

/** Sends past the gateway. */
export function callSend(
  flow: FlowScene,
  token: string,
  body: unknown,
): Promise<ApiReply<ReplyJson>> {
  return flow.ask("POST", `${flow.platform.url}${SEND_PATH}?access_token=${token}`, { body });
}
