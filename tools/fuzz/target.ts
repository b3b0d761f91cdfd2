/** What of a platform requests are aimed at, so that some of them get past the first check. */
export interface FuzzTarget {
  readonly port: number;
  /** The authority whose certificate it shows, PEM; absent where it is reached by http. */
  readonly caCertificate: string | undefined;
  /** Where links lead back to. */
  readonly redirectUrl: string;
  /** Whom every request comes from. */
  readonly userAgent: string;
  readonly appid: string;
  readonly secret: string;
  readonly templateId: string;
  /** An access token that holds. */
  readonly token: string;
  /** The openid of somebody who has confirmed every scene below 100. */
  readonly openid: string;
  /** Cookies of a browser that stands before the confirm page. */
  readonly cookies: string;
  /** The form token of that page. */
  readonly formToken: string;
  /** The calls of the control API, `{id}` in their paths. */
  readonly controlCalls: readonly ControlCall[];
}

export interface ControlCall {
  readonly method: string;
  readonly path: string;
}
