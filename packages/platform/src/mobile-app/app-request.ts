import { parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import type { AppRequest } from "./app-link.ts";

/** The longest text that the SDK takes for `reserved`, and for the template's id. */
export const APP_TEXT_MAX = 1024;

/** The SDK sends nothing, and says which field is at fault by no more than `false`. */
export interface UnsentRequest {
  readonly kind: "unsent";
  readonly field: AppRequestField;
}

/** What an app fills in. */
export const APP_REQUEST_FIELDS = ["scene", "template_id", "reserved"] as const;
export type AppRequestField = (typeof APP_REQUEST_FIELDS)[number];

/**
 * What a form asks the SDK to send: the fields `appid`, `scene`, `template_id` and `reserved`, an empty one of which stands for
 * none. The SDK itself checks lengths alone; that a scene is one, and a template's id too, is checked here so that the form can say it.
 */
export function readAppRequest(form: URLSearchParams): AppRequest | UnsentRequest | undefined {
  const appid = parseAppId(form.get("appid") ?? "");
  if (appid === undefined) return undefined;
  const scene = parseScene(form.get("scene") ?? "");
  if (scene === undefined) return { kind: "unsent", field: "scene" };
  const templateId = parseTemplateId(form.get("template_id") ?? "");
  if (templateId === undefined) return { kind: "unsent", field: "template_id" };
  const reserved = form.get("reserved") ?? "";
  if (reserved.length > APP_TEXT_MAX) return { kind: "unsent", field: "reserved" };
  return { appid, scene, templateId, reserved: reserved === "" ? undefined : reserved };
}
