import { type AppId, AUTHORIZE_PATH, type Scene, type TemplateId } from "@yici/protocol";
import { phonePath } from "../phone/phone-path.ts";

/*
 * A mobile app asks through the Open SDK (facts 5.2): WeChat itself then opens its confirm page with the link that
 * `buildAppLink` makes. The answer goes to `<appid>://`, which the control API reports as it is. No browser can follow that
 * scheme, so whoever decides on the page is sent to the app's own screen on the phone instead, `findAppScreen`:
 *
 *     /phone/{person}/apps/{appid}?openid=…&template_id=…&action=confirm&reserved=…&scene=…     openid on confirm only
 */

/** What an app hands to the SDK. */
export interface AppRequest {
  readonly appid: AppId;
  readonly scene: Scene;
  readonly templateId: TemplateId;
  /** `undefined` when the app gave none; the link then carries the text `null`, as the real client's does. */
  readonly reserved: string | undefined;
}

/** The path, with its query, of the confirm page that WeChat opens for an app: the real client's parameters, in its order. */
export function buildAppLink({ appid, scene, templateId, reserved }: AppRequest): string {
  return (
    `${AUTHORIZE_PATH}?action=get_confirm&scene=${scene}&template_id=${templateId}` +
    `&reserved=${encodeURIComponent(reserved ?? "null")}&appid=${appid}` +
    `&redirect_url=${encodeURIComponent(buildAppScheme(appid))}#wechat_redirect`
  );
}

/** Where WeChat goes when an app's person has answered. */
export function buildAppScheme(appid: AppId): string {
  return `${appid}://`;
}

/** The app's screen on this person's phone, with what the app is told in its query; `undefined` for a web address. */
export function findAppScreen(personId: string, location: string): string | undefined {
  const told = APP_LOCATION.exec(location);
  return told === null ? undefined : `${phonePath(personId, "apps", told[1] ?? "")}${told[2]}`;
}

const APP_LOCATION = /^(wx[0-9a-f]{16}):\/\/(\?.*)$/;
