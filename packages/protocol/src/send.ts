/**
 * The request that sends one message.
 * Official page: https://developers.weixin.qq.com/doc/subscription/api/notify/subscribe/api_templatesubscribe.html
 */

import type { OpenId, Scene, TemplateId } from "./identifiers.ts";
import { isJsonObject, parseJsonObject, readText } from "./json.ts";
import type { JsonObject } from "./json.ts";
import type { MessageContent } from "./message.ts";

/** One message to one person, for one scene. */
export interface SendRequest extends MessageContent {
  readonly touser: OpenId;
  readonly templateId: TemplateId;
  readonly scene: Scene;
}

/** A body's fields as they came, not judged. `undefined` means absent: left out, `null`, empty, or of a type the field never has. */
export interface LenientSendFields {
  readonly touser: string | undefined;
  readonly templateId: string | undefined;
  readonly url: string | undefined;
  readonly miniprogram:
    | { readonly appid: string | undefined; readonly pagepath: string | undefined }
    | undefined;
  readonly scene: string | number | undefined;
  readonly title: string | undefined;
  /** `data.content.value` */
  readonly content: string | undefined;
  /** `data.content.color` */
  readonly color: string | undefined;
  /** The keys of `data`, of which only `content` has a meaning. */
  readonly dataKeys: readonly string[];
}

/** A body that was read, or the errcode for one that is empty (44002) or no JSON object (47001). */
export type ParsedSendBody =
  | { readonly kind: "parsed"; readonly fields: LenientSendFields }
  | { readonly kind: "refused"; readonly errcode: 44002 | 47001 };

/** POST, with `access_token` in the query. */
export const SEND_PATH = "/cgi-bin/message/template/subscribe";

/** The body as the document writes it: its order of fields, `scene` as decimal text, what is absent left out. */
export function buildSendBody(request: SendRequest): string {
  const { miniprogram } = request;
  return JSON.stringify({
    touser: request.touser,
    template_id: request.templateId,
    url: request.url,
    miniprogram: miniprogram && { appid: miniprogram.appid, pagepath: miniprogram.pagepath },
    scene: String(request.scene),
    title: request.title,
    data: { content: { value: request.content, color: request.color } },
  });
}

/** Reads a body in any of the forms real clients send. Never throws. */
export function parseSendBody(body: string): ParsedSendBody {
  const object = parseJsonObject(body);
  if (object !== undefined) return { kind: "parsed", fields: readFields(object) };
  return { kind: "refused", errcode: body.trim() === "" ? 44002 : 47001 };
}

function readFields(body: JsonObject): LenientSendFields {
  const data = isJsonObject(body["data"]) ? body["data"] : {};
  const content = isJsonObject(data["content"]) ? data["content"] : {};
  return {
    touser: readText(body["touser"]),
    templateId: readText(body["template_id"]),
    url: readText(body["url"]),
    miniprogram: readMiniprogram(body["miniprogram"]),
    scene: typeof body["scene"] === "number" ? body["scene"] : readText(body["scene"]),
    title: readText(body["title"]),
    content: readText(content["value"]),
    color: readText(content["color"]),
    dataKeys: Object.keys(data),
  };
}

/** WxJava may write `path` for `pagepath`; what says nothing, such as EasyWeChat's empty text, is no mini-program. */
function readMiniprogram(value: unknown): LenientSendFields["miniprogram"] {
  if (!isJsonObject(value)) return undefined;
  const appid = readText(value["appid"]);
  const pagepath = readText(value["pagepath"]) ?? readText(value["path"]);
  return appid === undefined && pagepath === undefined ? undefined : { appid, pagepath };
}
