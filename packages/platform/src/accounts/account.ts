import type { AppId, TemplateId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** One appid, with what WeChat's own console knows of it. */
export interface Account {
  readonly appid: AppId;
  readonly secret: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly isCertified: boolean;
  readonly standing: AccountStanding;
  /** A frozen secret gives no token, though it is right. */
  readonly isSecretFrozen: boolean;
  /** Addresses and ranges (`203.0.113.0/24`) that may ask for a token; `null` means every address. */
  readonly ipWhitelist: readonly string[] | null;
  /** The account's one template of this capability. */
  readonly templateId: TemplateId;
  /** Bare hosts, lower case, in their ASCII form. */
  readonly businessDomains: readonly string[];
  /** Where web OAuth may lead back to (网页授权域名): another list than the business domains, of the same form. */
  readonly oauthDomains: readonly string[];
  /** The proof that a new domain must show; `null` asks for none. */
  readonly domainVerification: DomainVerification | null;
  /** The mini-programs a message may jump to; `null` means any. */
  readonly boundMiniprograms: readonly string[] | null;
  /** Domains that messages may not link to, sub-domains included, for want of an ICP filing. In the form of `businessDomains`. */
  readonly domainsWithoutIcp: readonly string[];
  readonly quotas: readonly EndpointQuota[];
  readonly createdAt: EpochMs;
}

/** The file by which WeChat knows that a domain is the account's: it must lie at the domain's root, unchanged. */
export interface DomainVerification {
  /** `MP_verify_….txt` */
  readonly fileName: string;
  readonly content: string;
  /** Where a sandbox's domain serves it; `null` means the usual ports. */
  readonly port: number | null;
}

/** The two kinds of Official Account, an app, or a test account, which the real WeChat refuses for this capability. */
export type AccountKind = "service" | "subscription" | "mobile_app" | "test";

/** What WeChat allows an account: everything, all but this capability, or nothing. Restricted and frozen differ in their codes. */
export type AccountStanding = "good" | "capability_blocked" | "restricted" | "frozen";

/** How many calls are answered with success, a day of UTC+8 and a minute. What is absent is as for every account. */
export interface EndpointQuota {
  /** Path of the call. */
  readonly endpoint: string;
  readonly perDay?: number;
  readonly perMinute?: number;
}
