import type { AppId, TemplateId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** One appid, with what WeChat's own console knows of it. */
export interface Account {
  readonly appid: AppId;
  readonly secret: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly isCertified: boolean;
  /** The account's one template of this capability. */
  readonly templateId: TemplateId;
  /** Bare hosts, lower case, in their ASCII form. */
  readonly businessDomains: readonly string[];
  /** The mini-programs a message may jump to; `null` means any. */
  readonly boundMiniprograms: readonly string[] | null;
  readonly quotas: readonly EndpointQuota[];
  readonly createdAt: EpochMs;
}

/** The two kinds of Official Account, an app, or a test account, which the real WeChat refuses for this capability. */
export type AccountKind = "service" | "subscription" | "mobile_app" | "test";

/** How many calls a day of UTC+8 are answered with success. */
export interface EndpointQuota {
  /** Path of the call. */
  readonly endpoint: string;
  readonly perDay: number;
}
