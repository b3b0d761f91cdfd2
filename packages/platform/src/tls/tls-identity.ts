/** What a platform that is reached by https shows whoever connects. */
export interface TlsIdentity {
  /** Private key of the certificate, PEM. */
  readonly key: string;
  /** Certificate of the hosts, PEM. */
  readonly cert: string;
  /** Certificate of the authority that issued it, PEM: what clients are told to trust. */
  readonly caCertificate: string;
}

/** The hosts over which WeChat spreads what one platform serves. */
export const WECHAT_HOSTS: readonly string[] = [
  "api.weixin.qq.com",
  "mp.weixin.qq.com",
  "open.weixin.qq.com",
];

/** Name of the file in a data folder that holds the authority's certificate. */
export const CA_FILE = "ca.pem";
