import type { CallbackAction, CallbackParameters } from "@yici/protocol";
import { parseCallback } from "@yici/protocol";

/*
 * What an app is told when its person has answered (facts 5.2): one answer, spelt in two ways. That `errCode` is 0 also
 * after a cancellation is our reading, for nobody says; an app goes by `action`, and by an `openId` that may be null.
 */

/** A person's answer, as it came back to the app. */
export interface AppResponse {
  readonly action: CallbackAction;
  /** `undefined` when the person cancelled. */
  readonly openid: string | undefined;
  readonly templateId: string;
  readonly scene: number;
  readonly reserved: string | undefined;
}

/** The answer in the query of the app's screen; `undefined` when the query tells none. */
export function readAppResponse(rawQuery: string): AppResponse | undefined {
  const callback = parseCallback(rawQuery);
  return callback.kind === "refused" ? undefined : readAnswer(callback);
}

/** The fields of `SubscribeMessage.Resp`, which Android's `onResp` is called with. */
export function spellForAndroid(response: AppResponse) {
  return {
    errCode: 0,
    errStr: null,
    openId: response.openid ?? null,
    templateID: response.templateId,
    scene: response.scene,
    action: response.action,
    reserved: response.reserved ?? null,
  };
}

/** The fields of `WXSubscribeMsgResp`, which `onResp:` of iOS is called with. */
export function spellForIos(response: AppResponse) {
  return {
    errCode: 0,
    errStr: null,
    templateId: response.templateId,
    scene: response.scene,
    action: response.action,
    reserved: response.reserved ?? null,
    openId: response.openid ?? null,
  };
}

function readAnswer(callback: CallbackParameters): AppResponse | undefined {
  const { action, templateId, scene, openid, reserved } = callback;
  if (action !== "confirm" && action !== "cancel") return undefined;
  if (templateId === undefined || scene === undefined) return undefined;
  return { action, openid, templateId, scene: Number(scene), reserved };
}
