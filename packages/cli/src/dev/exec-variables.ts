import { DEMO_ACCOUNT, type Platform } from "@yici/platform";
import type { EnvironmentVariables } from "../config.ts";

/** What a command beside a platform finds in its environment: where the platform is, and the sample account. */
export function platformVariables({ url }: Platform): EnvironmentVariables {
  return {
    YICI_PLATFORM_URL: url,
    YICI_CONTROL_URL: `${url}/control/v1`,
    YICI_APPID: DEMO_ACCOUNT.appid,
    YICI_APP_SECRET: DEMO_ACCOUNT.secret,
    YICI_TEMPLATE_ID: DEMO_ACCOUNT.templateId,
  };
}

/** Where a command finds the certificate authority: Node.js trusts it beside those it knows; others are told by their own means. */
export function trustVariables(caFile: string): EnvironmentVariables {
  return { YICI_CA_FILE: caFile, NODE_EXTRA_CA_CERTS: caFile };
}
