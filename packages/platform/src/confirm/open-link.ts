import { parseScene, type Scene } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { RefusedLink } from "../decisions/decision.ts";
import {
  type ConfirmCheck,
  type ConfirmFacts,
  gatherConfirmFacts,
  type LinkJudge,
  type LinkVisit,
} from "./confirm-facts.ts";
import { LINK_CHECKS } from "./link-checks.ts";
import { REDIRECT_CHECKS } from "./redirect-checks.ts";

/** A link that passed every check: only `openLink` makes one. */
export interface OpenedLink {
  readonly kind: "opened";
  readonly account: Account;
  readonly scene: Scene;
  /** On the account's business domain. */
  readonly redirectUrl: string;
  /** As it came; echoed unchanged. */
  readonly reserved: string | undefined;
}

/** In this order; the first that objects decides. */
const CONFIRM_CHECKS: readonly ConfirmCheck[] = [...LINK_CHECKS, ...REDIRECT_CHECKS];

/** Opens an authorize link, or says which check it did not pass. */
export function openLink(judge: LinkJudge, visit: LinkVisit): OpenedLink | RefusedLink {
  const facts = gatherConfirmFacts(judge, visit);
  const language = judge.conduct.readings.pageTexts;
  for (const { name, pageText, object } of CONFIRM_CHECKS) {
    const hint = object(facts);
    if (hint === undefined) continue;
    return { kind: "refused", check: name, pageText: pageText[language], hint };
  }
  return readOpened(facts);
}

function readOpened({ link, account }: ConfirmFacts): OpenedLink {
  const scene = parseScene(link.scene ?? "");
  if (account === undefined || scene === undefined || link.redirectUrl === undefined) {
    throw new TypeError("the checks let through a link that lacks something");
  }
  return {
    kind: "opened",
    account,
    scene,
    redirectUrl: link.redirectUrl,
    reserved: link.reserved,
  };
}
