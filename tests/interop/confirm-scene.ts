import assert from "node:assert/strict";
import { DEMO_ACCOUNT, type Platform } from "@yici/platform";
import { buildAuthorizeLink, parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import { must } from "../flow/must.ts";

/** Lets a person of the demo confirm a scene; answers their openid. */
export async function confirmScene(
  platform: Platform,
  person: string,
  scene: number,
): Promise<string> {
  const authorizeLink = buildAuthorizeLink(
    {
      appid: must(parseAppId(DEMO_ACCOUNT.appid)),
      scene: must(parseScene(scene)),
      templateId: must(parseTemplateId(DEMO_ACCOUNT.templateId)),
      redirectUrl: "https://support.qq.com/back",
    },
    { origin: platform.url },
  );
  const decision = await platform.control.decide({ authorizeLink, person, action: "confirm" });
  assert.equal(decision.kind, "redirected");
  return must(new URL(decision.location).searchParams.get("openid"));
}
