import type { AuthorizeParameters, BilingualText } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { PlatformStore } from "../store/platform-store.ts";

/** All that is known when a link is opened. */
export interface ConfirmFacts {
  readonly link: AuthorizeParameters;
  /** The account of the link's appid, when there is one. */
  readonly account: Account | undefined;
  /** The account whose template the link names, when it is another. */
  readonly templateOwner: Account | undefined;
}

/** A named condition on an authorize link (facts 1.2–1.7). */
export interface ConfirmCheck {
  readonly name: string;
  /** What WeChat shows when it does not hold (facts 1.6). */
  readonly pageText: string;
  /** The likely cause, or `undefined` when the condition holds. It may count on the checks before it. */
  readonly object: (facts: ConfirmFacts) => BilingualText | undefined;
}

export function gatherConfirmFacts(store: PlatformStore, link: AuthorizeParameters): ConfirmFacts {
  const account = store.accounts.find(link.appid ?? "");
  const templateOwner = store.accounts
    .list()
    .find(({ appid, templateId }) => appid !== account?.appid && templateId === link.templateId);
  return { link, account, templateOwner };
}
