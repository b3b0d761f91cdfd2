import type { Static } from "typebox";
import { parseOrigin } from "../../accounts/web-address.ts";
import type { PlatformAddress } from "../../store/records.ts";
import type { PlatformJson } from "./account-json.ts";
import { expectField } from "./expect-field.ts";
import type { RequestIssue } from "./problem.ts";

/** Reads where a platform is; answers nothing, and notes the mistakes, when an origin is none. */
export function readPlatform(
  platform: Static<typeof PlatformJson>,
  issues: RequestIssue[],
): PlatformAddress | undefined {
  if (platform.kind === "real") return platform;
  const apiUrl = expectField(parseOrigin(platform.api_url), ["platform", "api_url"], issues);
  const pageUrl = expectField(parseOrigin(platform.page_url), ["platform", "page_url"], issues);
  return apiUrl === undefined || pageUrl === undefined
    ? undefined
    : { kind: "sandbox", apiUrl, pageUrl };
}
