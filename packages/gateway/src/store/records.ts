import type { AppId, Scene, TemplateId } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { SendLimits } from "../deliveries/send-limits.ts";
import type { WhenInDoubt } from "../messages/message.ts";

/** What operators configure, and the tokens that come of it: plain records, changed rarely. */
export interface Records {
  /** Answers false when the appid or the code is taken. */
  addAccount(account: AccountRecord): Promise<boolean>;
  /** Answers false when there is no such account. */
  replaceAccount(account: AccountRecord): Promise<boolean>;
  findAccount(appid: AppId): Promise<AccountRecord | undefined>;
  findAccountByCode(code: string): Promise<AccountRecord | undefined>;
  listAccounts(): Promise<readonly AccountRecord[]>;

  addLink(link: LinkRecord): Promise<void>;
  findLink(appid: AppId, linkId: string): Promise<LinkRecord | undefined>;
  listLinks(appid: AppId): Promise<readonly LinkRecord[]>;

  addKey(key: KeyRecord): Promise<void>;
  findKeyByHash(hash: string): Promise<KeyRecord | undefined>;
  listKeys(): Promise<readonly KeyRecord[]>;
  /** Answers false when there is no such key in force. */
  revokeKey(keyId: string, now: EpochMs): Promise<boolean>;

  /** Adds a third-party platform, or replaces what is configured of it; a ticket it was given stays. */
  putComponent(component: Omit<ComponentRecord, "sealedTicket">): Promise<void>;
  findComponent(appid: AppId): Promise<ComponentRecord | undefined>;
  listComponents(): Promise<readonly ComponentRecord[]>;
  /** Keeps the last ticket alone. */
  saveTicket(appid: AppId, sealedTicket: string): Promise<void>;

  findToken(appid: AppId): Promise<StoredToken | undefined>;
  /**
   * Whether the claimer may ask for the token that comes after a version: that one is still the last, and nobody else
   * is asking. So of many processes one asks. It ends with the next token, or when its time is over.
   */
  claimToken(appid: AppId, claim: TokenClaim): Promise<boolean>;
  /** Stores a fresh token unless another version than `expectedVersion` is there; answers what is there now. */
  replaceToken(
    appid: AppId,
    expectedVersion: number,
    sealed: string,
    expiresAt: EpochMs,
  ): Promise<StoredToken>;

  /** A small fact about the installation, for example the fingerprint of the secret keys. */
  findSetting(name: string): Promise<string | undefined>;
  putSetting(name: string, value: string): Promise<void>;
}

/** The last token of an account, or of a third-party platform. */
export interface StoredToken {
  /** 1, 2, 3 …; 0 stands for "none yet". */
  readonly version: number;
  /** Encrypted by the caller. */
  readonly sealed: string;
  readonly expiresAt: EpochMs;
}

/** Who is about to ask for a token. */
export interface TokenClaim {
  /** The last version there is; 0: none yet. */
  readonly version: number;
  /** Unique to the claimer, who may claim again while it lasts. */
  readonly by: string;
  readonly now: EpochMs;
  readonly until: EpochMs;
}

/** Where an account's platform is: WeChat itself, or the hosts of a sandbox. */
export type PlatformAddress =
  | { readonly kind: "real" }
  | {
      readonly kind: "sandbox";
      /** Origin of `/cgi-bin/…` as the gateway reaches it. */
      readonly apiUrl: string;
      /** Origin of `/mp/…` as people's browsers reach it. */
      readonly pageUrl: string;
    };

/** Where an account's access tokens come from. */
export type TokenOrigin =
  /** The platform, for the app secret. */
  | { readonly kind: "app_secret" }
  /** A token service of the team's own: `GET url` with a bearer, which is kept encrypted. */
  | { readonly kind: "external"; readonly url: string; readonly sealedBearer: string }
  /** The platform, for what the account's owner entrusted to a third-party platform; the refresh token is kept encrypted. */
  | {
      readonly kind: "authorizer";
      readonly componentAppid: AppId;
      readonly sealedRefreshToken: string;
    };

/** The file by which WeChat's console checks who owns a domain: it is fetched from the domain's root. */
export interface VerificationFile {
  /** `MP_verify_….txt` */
  readonly name: string;
  readonly content: string;
}

export interface AccountRecord {
  readonly appid: AppId;
  /** Four characters of a–z0–9, unique here; every public id of the account carries them. */
  readonly code: string;
  readonly name: string;
  readonly kind: "official_account" | "mobile_app" | "test_account";
  readonly templateId: TemplateId;
  /** Where people reach this account's links and callbacks; its host is one of the account's business domains. */
  readonly publicUrl: string;
  readonly platform: PlatformAddress;
  /** The app secret, encrypted; absent until given. */
  readonly sealedSecret: string | undefined;
  readonly tokenOrigin: TokenOrigin;
  readonly verificationFile: VerificationFile | undefined;
  readonly whenInDoubt: WhenInDoubt;
  readonly limits: SendLimits;
  /** Seeded by `--demo`; never sent to the real hosts. */
  readonly isDemo: boolean;
  readonly createdAt: EpochMs;
}

/** A third-party platform of the team's own, to which accounts are entrusted. What is sealed is encrypted. */
export interface ComponentRecord {
  /** The component's own appid. */
  readonly appid: AppId;
  readonly platform: PlatformAddress;
  readonly sealedSecret: string;
  /** What signs and what encrypts the platform's pushes to it. */
  readonly sealedPushToken: string;
  readonly sealedPushKey: string;
  /** The last `component_verify_ticket` that was pushed. */
  readonly sealedTicket: string | undefined;
  readonly createdAt: EpochMs;
}

/** A long-lived, public, reusable address that asks whoever opens it. */
export interface LinkRecord {
  readonly appid: AppId;
  /** 14 characters of a–z0–9 that begin with the account's code. */
  readonly linkId: string;
  readonly scene: Scene;
  readonly title: string;
  readonly createdAt: EpochMs;
}

/** What a key may do beside what every key may: `lend_token`, take an account's access token away for another system, or send it to another platform. */
export type KeyRight = "lend_token";

export interface KeyRecord {
  readonly keyId: string;
  /** SHA-256 of the key, hex. The key itself is nowhere. */
  readonly hash: string;
  /** Whom the key is issued to; idempotency and audit follow it through rotations. */
  readonly principal: string;
  readonly rights: readonly KeyRight[];
  readonly createdAt: EpochMs;
  readonly revokedAt: EpochMs | undefined;
}
