import { type LenientTokenFields, TOKEN_GRANT_TYPE } from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import { isInRanges } from "../accounts/ip-range.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { describeAddress } from "../wire/client-address.ts";
import type { Refusal } from "../wire/refusal.ts";
import type { WireCall } from "../wire/wire-call.ts";

/** What is known when a token is asked for. */
interface CredentialFacts {
  readonly call: WireCall;
  readonly fields: LenientTokenFields;
  /** The account of the appid, when there is one. */
  readonly account: Account | undefined;
  /** Whether the secret is some other account's. */
  readonly isForeignSecret: boolean;
}

type CredentialCheck = (facts: CredentialFacts) => Refusal | undefined;

/** Whoever may have a token, or why not (facts 6.1). */
export function checkCredentials(
  store: PlatformStore,
  call: WireCall,
  fields: LenientTokenFields,
): { readonly account: Account } | Refusal {
  const account = store.accounts.find(fields.appid ?? "");
  const isForeignSecret = store.accounts.isSecretOfAnother(fields.appid ?? "", fields.secret ?? "");
  const facts = { call, fields, account, isForeignSecret };
  for (const check of CREDENTIAL_CHECKS) {
    const refusal = check(facts);
    if (refusal !== undefined) return refusal;
  }
  return account === undefined ? APPID_UNKNOWN : { account };
}

const APPID_UNKNOWN: Refusal = {
  errcode: 40013,
  why: {
    zh: "本平台没有这个 appid 的账号。",
    en: "This platform has no account with this appid.",
  },
};

const grantTypeIsClientCredential: CredentialCheck = ({ fields }) =>
  fields.grantType === TOKEN_GRANT_TYPE
    ? undefined
    : {
        errcode: 40002,
        why: {
          zh: "grant_type 必须是 client_credential。",
          en: "grant_type must be client_credential.",
        },
      };

const appidIsGiven: CredentialCheck = ({ fields }) =>
  fields.appid !== undefined
    ? undefined
    : { errcode: 41002, why: { zh: "没有 appid 参数。", en: "There is no appid." } };

const appidIsKnown: CredentialCheck = ({ account }) =>
  account === undefined ? APPID_UNKNOWN : undefined;

const secretIsGiven: CredentialCheck = ({ fields }) =>
  fields.secret !== undefined
    ? undefined
    : { errcode: 41004, why: { zh: "没有 secret 参数。", en: "There is no secret." } };

const secretIsNotAnothers: CredentialCheck = ({ fields, account, isForeignSecret }) =>
  fields.secret === account?.secret || !isForeignSecret
    ? undefined
    : {
        errcode: 40001,
        why: {
          zh: "这个 secret 属于本平台的另一个账号。",
          en: "This secret is another account's of this platform.",
        },
      };

const secretIsRight: CredentialCheck = ({ fields, account }) =>
  fields.secret === account?.secret
    ? undefined
    : {
        errcode: 40125,
        why: { zh: "secret 与这个账号的不符。", en: "This is not the account's secret." },
      };

const secretIsNotFrozen: CredentialCheck = ({ account }) =>
  account?.isSecretFrozen === true
    ? {
        errcode: 40243,
        errmsg: "appsecret is frozen",
        why: {
          zh: "secret 是对的，但已被冻结；在账号设置里解冻后才能用。",
          en: "The secret is right, but frozen: it is of use again once the account's settings unfreeze it.",
        },
      }
    : undefined;

const accountIsNotRestricted: CredentialCheck = ({ account }) =>
  account?.standing === "restricted"
    ? {
        errcode: 50004,
        errmsg: "account is restricted",
        why: { zh: "这个账号被限制使用接口。", en: "The account is restricted." },
      }
    : undefined;

const accountIsNotFrozen: CredentialCheck = ({ account }) =>
  account?.standing === "frozen"
    ? {
        errcode: 50007,
        errmsg: "account is frozen",
        why: { zh: "这个账号已被冻结。", en: "The account is frozen." },
      }
    : undefined;

const addressIsOnWhitelist: CredentialCheck = ({ account, call: { clientIp } }) => {
  const ranges = account?.ipWhitelist ?? null;
  return ranges === null || isInRanges(clientIp, ranges)
    ? undefined
    : {
        errcode: 40164,
        errmsg: `invalid ip ${describeAddress(clientIp)}, not in whitelist`,
        why: {
          zh: `调用来自 ${clientIp}，它不在这个账号的 IP 白名单里。`,
          en: `The call came from ${clientIp}, which is not on the account's IP whitelist.`,
        },
      };
};

const CREDENTIAL_CHECKS: readonly CredentialCheck[] = [
  grantTypeIsClientCredential,
  appidIsGiven,
  appidIsKnown,
  secretIsGiven,
  secretIsNotAnothers,
  secretIsRight,
  secretIsNotFrozen,
  accountIsNotRestricted,
  accountIsNotFrozen,
  addressIsOnWhitelist,
];
