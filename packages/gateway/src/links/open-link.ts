import { buildAuthorizeLink, hashBrowser, signReserved } from "@yici/protocol";
import type { ReservedKeys } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { buildCallbackUrl, buildEntryUrl } from "../accounts/account-addresses.ts";
import { issueNonce } from "../ids.ts";
import type { AccountRecord, LinkRecord } from "../store/records.ts";
import { buildBrowserCookie, issueBrowserCookie } from "./browser-cookie.ts";
import { isWeChatBrowser } from "./visitor.ts";

/** One person opening a link. */
export interface LinkVisit {
  readonly account: Pick<AccountRecord, "appid" | "code" | "templateId" | "platform" | "publicUrl">;
  readonly link: Pick<LinkRecord, "linkId" | "scene">;
  readonly userAgent: string;
  /** The value of the browser's cookie, if it has one. */
  readonly browser: string | undefined;
}

export type OpenedLink =
  /** Send the browser to WeChat's confirm page. `setCookie` when this browser was unknown. */
  | {
      readonly kind: "asked";
      readonly location: string;
      readonly setCookie: string | undefined;
    }
  /** Not inside WeChat: show the address as a QR code, so that the person can open it there. */
  | { readonly kind: "elsewhere"; readonly entryUrl: string };

/**
 * What opening a link leads to. Inside WeChat, or anywhere for a sandbox, it becomes one asking of this visitor: a
 * fresh nonce, bound to the browser. Nothing is stored: the asking is in `reserved`.
 */
export function openLink(
  visit: LinkVisit,
  keys: ReservedKeys,
  world: Pick<World, "now" | "randomBytes">,
): OpenedLink {
  const { account, link } = visit;
  const canAsk = account.platform.kind === "sandbox" || isWeChatBrowser(visit.userAgent);
  if (!canAsk) return { kind: "elsewhere", entryUrl: buildEntryUrl(account, link.linkId) };
  const browser = visit.browser ?? issueBrowserCookie(world);
  return {
    kind: "asked",
    location: askBrowser(visit, browser, keys, world),
    setCookie:
      visit.browser === undefined ? buildBrowserCookie(browser, account.publicUrl) : undefined,
  };
}

function askBrowser(
  { account, link }: LinkVisit,
  browser: string,
  keys: ReservedKeys,
  world: Pick<World, "now" | "randomBytes">,
): string {
  const { appid, templateId, platform } = account;
  const { scene } = link;
  const claims = {
    kind: "bound",
    appid,
    scene,
    templateId,
    source: { kind: "link", id: link.linkId },
    nonce: issueNonce(world),
    issuedAt: world.now(),
    browserHash: hashBrowser(browser),
  } as const;
  const reserved = signReserved(claims, keys);
  const redirectUrl = buildCallbackUrl(account);
  return buildAuthorizeLink(
    { appid, scene, templateId, redirectUrl, reserved },
    platform.kind === "sandbox" ? { origin: platform.pageUrl } : {},
  );
}
