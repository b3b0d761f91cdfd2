import { LINK_CHECKS } from "../confirm/link-checks.ts";
import type { PageText } from "../confirm/page-texts.ts";
import { REDIRECT_CHECKS } from "../confirm/redirect-checks.ts";
import {
  OAUTH_CHECKS,
  PERSON_FOLLOWS_TEST_ACCOUNT,
  VISITS_ARE_WITHIN_QUOTA,
} from "../oauth/oauth-checks.ts";

/** A condition on who opens a page, and what the page says when it does not hold. */
interface PageCheck {
  readonly name: string;
  readonly pageText: PageText;
}

/** The checks of the confirm page and of OAuth's, each in the order in which they are made; the first that fails decides. */
export const PAGE_CHECKS: Readonly<Record<"confirm" | "oauth", readonly PageCheck[]>> = {
  confirm: [...LINK_CHECKS, ...REDIRECT_CHECKS],
  oauth: [...OAUTH_CHECKS, PERSON_FOLLOWS_TEST_ACCOUNT, VISITS_ARE_WITHIN_QUOTA],
};
