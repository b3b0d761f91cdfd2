/** The parameters of an OAuth link, decoded once; `undefined` means absent. */
export interface OAuthRequest {
  readonly appid: string | undefined;
  readonly redirectUri: string | undefined;
  readonly responseType: string | undefined;
  readonly scope: string | undefined;
  readonly state: string | undefined;
  /** The third-party platform that asks for the account. */
  readonly componentAppid: string | undefined;
  /** Names of all parameters, in the order in which they came. */
  readonly names: readonly string[];
}

/** In the order that the document prescribes; what follows them is not looked at. */
export const OAUTH_PARAMETERS = ["appid", "redirect_uri", "response_type", "scope", "state"];

/** Reads a link's query, without its `?`. Never throws. */
export function parseOAuthQuery(rawQuery: string): OAuthRequest {
  const query = new URLSearchParams(rawQuery);
  const read = (name: string): string | undefined => query.get(name) ?? undefined;
  return {
    appid: read("appid"),
    redirectUri: read("redirect_uri"),
    responseType: read("response_type"),
    scope: read("scope"),
    state: read("state"),
    componentAppid: read("component_appid"),
    names: [...query.keys()],
  };
}
