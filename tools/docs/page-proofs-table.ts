/** Tests by the check that they show, each a test's file and, behind a colon, its name. */
type PageProofs = Readonly<Record<string, readonly [string, ...string[]]>>;

const PLATFORM = "packages/platform/test";
const CONFIRM = `${PLATFORM}/confirm.test.ts`;
const STRICT = `${PLATFORM}/strict.test.ts`;
const READINGS = `${PLATFORM}/readings.test.ts`;
const MOBILE_APP = `${PLATFORM}/mobile-app.test.ts`;
const OAUTH = `${PLATFORM}/oauth.test.ts`;
const FRAGMENT = "tests/browser/lost-fragment.test.ts";

function link(name: string): string {
  return `${CONFIRM}: a link is refused when ${name}, on the page and by the control API alike`;
}

function oauthLink(what: string): string {
  return `${OAUTH}: an OAuth link ${what} ends in an error page and leads nowhere`;
}

function oauthAccount(what: string, check: string): string {
  return `${OAUTH}: what OAuth makes of ${what}: ${check}`;
}

/** Every check of `PAGE_CHECKS`. `docs/reference/error-pages.md` is generated from it; a test sees that none is missing or misnamed. */
export const PAGE_PROOFS: Readonly<Record<"confirm" | "oauth", PageProofs>> = {
  confirm: {
    opened_in_wechat: [
      `${STRICT}: a strict platform opens the confirm page in WeChat alone; a sandbox in any browser`,
    ],
    action_is_get_confirm: [link("action is missing")],
    account_exists: [link("appid is missing"), link("appid is none"), link("appid is nobody's")],
    account_is_certified: [`${CONFIRM}: an account that is not certified cannot ask`],
    account_is_in_good_standing: [`${CONFIRM}: an account whose standing is frozen cannot ask`],
    account_is_no_test_account: [
      `${STRICT}: a strict platform lets no test account ask; a sandbox does`,
    ],
    scene_is_in_range: [
      link("scene is missing"),
      link("scene is out of range"),
      link("scene is no integer"),
    ],
    app_scene_is_zero: [`${READINGS}: an app may use any scene, or 0 alone`],
    template_belongs_to_app: [
      `${MOBILE_APP}: of an app, a wrong template and a missing review both end in 应用访问参数错误`,
    ],
    template_belongs_to_account: [
      link("template_id is missing"),
      link("template_id is of another feature"),
      `${CONFIRM}: a template of another account is named as such`,
    ],
    reserved_is_plain: [`${READINGS}: as it is read, an odd reserved is echoed, or refused`],
    wechat_redirect_is_there: [
      `${CONFIRM}: a whole link without #wechat_redirect is refused; a server that sees no fragment cannot know`,
      `${FRAGMENT}: a link that arrives directly without #wechat_redirect shows WeChat's error in place of the question`,
      `${FRAGMENT}: a link that arrives by a 302 without #wechat_redirect shows WeChat's error in place of the question`,
    ],
    redirect_url_is_given: [
      link("redirect_url is missing"),
      link("redirect_url is spelled redirect_uri"),
    ],
    redirect_url_is_absolute: [
      link("redirect_url is encoded twice"),
      link("redirect_url is a path"),
      link("redirect_url is a script"),
      link("redirect_url has a line break"),
      link("redirect_url has a backslash before another host"),
    ],
    redirect_url_names_nobody: [link("redirect_url has a user name that looks like the host")],
    redirect_url_is_https: [`${READINGS}: as it is read, http leads back, or only https does`],
    redirect_url_is_no_sandboxs: [
      `${STRICT}: a strict platform never leads back to http://localhost/, though its host is registered; a sandbox does`,
    ],
    redirect_url_is_on_business_domain: [
      link("redirect_url is on another host"),
      link("redirect_url is on a sub-domain"),
      `${CONFIRM}: business domains are compared without port, in their ASCII form`,
    ],
  },
  oauth: {
    opened_in_wechat: [
      `${OAUTH}: a strict platform's OAuth wants WeChat's browser, and a host that the real console takes`,
    ],
    parameters_are_in_order: [
      oauthLink("whose parameters are in another order"),
      oauthLink("with a foreign parameter between them"),
      oauthLink("with another response_type"),
    ],
    appid_is_given: [oauthLink("with an empty appid")],
    redirect_uri_is_given: [oauthLink("with an empty redirect_uri")],
    scope_is_given: [oauthLink("with an empty scope")],
    state_is_not_empty: [oauthLink("with an empty state")],
    state_is_plain: [`${OAUTH}: an odd state is echoed, or refused where it is read so`],
    account_exists: [oauthLink("with the appid of nobody")],
    account_is_not_banned: [oauthAccount("a frozen account", "account_is_not_banned")],
    account_is_no_app: [oauthAccount("a mobile app", "account_is_no_app")],
    account_has_permission: [oauthAccount("a subscription account", "account_has_permission")],
    scope_is_base: [oauthLink("that asks for more than who it is")],
    component_is_authorized: [
      `${OAUTH}: an account that has not authorized the link's component, or no longer does, is told 10015`,
    ],
    redirect_uri_is_on_oauth_domain: [
      oauthAccount("an account without OAuth domains", "redirect_uri_is_on_oauth_domain"),
      `${OAUTH}: a strict platform's OAuth wants WeChat's browser, and a host that the real console takes`,
    ],
    person_follows_test_account: [`${OAUTH}: a test account knows its followers alone`],
    visits_are_within_quota: [
      `${OAUTH}: who visits more often than the account's quota allows is told 10009, until the next minute`,
    ],
  },
};
