import assert from "node:assert/strict";
import type { AppId, OpenId, Scene, TemplateId } from "@yici/protocol";
import { parseAppId, parseOpenId, parseScene, parseTemplateId } from "@yici/protocol";

/** The account, scene and template of the official document's sample link. */
export const APPID: AppId = must(parseAppId("wxaba38c7f163da69b"));
export const SCENE: Scene = must(parseScene(1000));
export const TEMPLATE_ID: TemplateId = must(
  parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc"),
);
export const OPENID: OpenId = must(parseOpenId("oABCdefGHIjklMNOpqrSTUvwxYZ0"));

export const OTHER_APPID: AppId = must(parseAppId("wx0123456789abcdef"));
export const OTHER_TEMPLATE_ID: TemplateId = must(
  parseTemplateId("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
);

/** The value, or a failed assertion when there is none. */
export function must<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}
