import type { AuthorizeParameters, BilingualText } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { PageText } from "./page-texts.ts";

/** Who judges links: what the platform knows, and how strictly it takes it. */
export interface LinkJudge {
  readonly store: PlatformStore;
  readonly conduct: Conduct;
}

/** A link, and what opens it. */
export interface LinkVisit {
  readonly link: AuthorizeParameters;
  /** Of the browser that opens it, empty when it names none; `undefined` when the link is opened by no browser. */
  readonly userAgent: string | undefined;
}

/** All that is known when a link is opened. */
export interface ConfirmFacts extends LinkVisit {
  readonly conduct: Conduct;
  /** The account of the link's appid, when there is one. */
  readonly account: Account | undefined;
  /** The account whose template the link names, when it is another. */
  readonly templateOwner: Account | undefined;
}

/** A named condition on an authorize link (facts 1.2–1.7). */
export interface ConfirmCheck {
  readonly name: string;
  /** What WeChat shows when it does not hold (facts 1.6). */
  readonly pageText: PageText;
  /** The likely cause, or `undefined` when the condition holds. It may count on the checks before it. */
  readonly object: (facts: ConfirmFacts) => BilingualText | undefined;
}

export function gatherConfirmFacts(
  { store, conduct }: LinkJudge,
  { link, userAgent }: LinkVisit,
): ConfirmFacts {
  const account = store.accounts.find(link.appid ?? "");
  const templateOwner = store.accounts
    .list()
    .find(({ appid, templateId }) => appid !== account?.appid && templateId === link.templateId);
  return { link, userAgent, conduct, account, templateOwner };
}
