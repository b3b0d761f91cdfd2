import {
  type AppId,
  type BilingualText,
  parseAppId,
  parseTemplateId,
  type TemplateId,
} from "@yici/protocol";
import type { World } from "@yici/runtime";
import { ControlError } from "../control/control-error.ts";
import type { AccountInput, AccountPatch } from "../control/inputs.ts";
import { LIMITS } from "../limits.ts";
import { makeOpenid } from "../people/make-openid.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { Account } from "./account.ts";
import { assertIpRanges } from "./assert-ip-ranges.ts";
import { parseBusinessDomain } from "./business-domain.ts";

/** Adds an account, and an openid under it for everybody. Called inside a commit; throws `ControlError`. */
export function addAccount(
  store: PlatformStore,
  input: AccountInput,
  world: Pick<World, "now" | "randomBytes">,
): Account {
  const appid = parseAppId(input.appid ?? `wx${world.randomBytes(8).toString("hex")}`);
  if (appid === undefined) throw new ControlError("invalid_request", "appid is none");
  if (store.accounts.find(appid) !== undefined) {
    throw new ControlError("conflict", `there is an account ${appid} already`);
  }
  if (store.accounts.list().length >= LIMITS.accountsMax) {
    throw new ControlError("conflict", `a platform has at most ${LIMITS.accountsMax} accounts`);
  }
  const account = patchAccount(makeAccount(appid, world), input);
  store.accounts.add(account);
  const key = store.settings.findOrMakeKey("openid_key", world);
  for (const { id } of store.people.list()) {
    store.people.addOpenid(appid, makeOpenid(key, appid, id), id);
  }
  return account;
}

/** Changes what the patch names. Called inside a commit; throws `ControlError`. */
export function changeAccount(store: PlatformStore, appid: string, patch: AccountPatch): Account {
  const account = patchAccount(findAccount(store, appid), patch);
  store.accounts.replace(account);
  return account;
}

/** The account of this appid; throws `ControlError` when there is none. */
export function findAccount(store: PlatformStore, appid: string): Account {
  const account = store.accounts.find(appid);
  if (account !== undefined) return account;
  throw new ControlError("not_found", `there is no account ${appid}`);
}

function makeAccount(appid: AppId, world: Pick<World, "now" | "randomBytes">): Account {
  return {
    appid,
    secret: world.randomBytes(16).toString("hex"),
    name: "",
    kind: "service",
    isCertified: true,
    templateId: readTemplateId(world.randomBytes(32).toString("base64url")),
    businessDomains: ["localhost", "127.0.0.1"],
    oauthDomains: ["localhost", "127.0.0.1"],
    domainVerification: null,
    boundMiniprograms: null,
    quotas: [],
    standing: "good",
    isSecretFrozen: false,
    ipWhitelist: null,
    domainsWithoutIcp: [],
    createdAt: world.now(),
  };
}

function patchAccount(account: Account, patch: AccountPatch): Account {
  const { templateId, ...rest } = patch;
  assertIpRanges(patch.ipWhitelist ?? []);
  return {
    ...account,
    ...rest,
    ...readDomainLists(patch),
    appid: account.appid,
    templateId: templateId === undefined ? account.templateId : readTemplateId(templateId),
  };
}

function readTemplateId(text: string): TemplateId {
  const templateId = parseTemplateId(text);
  if (templateId !== undefined) return templateId;
  throw new ControlError("invalid_request", "the template id is none");
}

const NO_BARE_HOST: BilingualText = {
  zh: "必须是域名本身，不带协议、端口和路径",
  en: "must be a host without scheme, port and path",
};

const DOMAIN_LISTS = ["businessDomains", "oauthDomains", "domainsWithoutIcp"] as const;
type DomainList = (typeof DOMAIN_LISTS)[number];

function readDomainLists(patch: AccountPatch): Partial<Record<DomainList, readonly string[]>> {
  const given = DOMAIN_LISTS.filter((field) => patch[field] !== undefined);
  return Object.fromEntries(given.map((field) => [field, readDomains(field, patch[field] ?? [])]));
}

function readDomains(field: DomainList, texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => {
    const domain = parseBusinessDomain(text);
    if (domain !== undefined) return domain;
    throw new ControlError("invalid_request", "a domain is a bare host", [
      { path: `/${field}/${index}`, problem: NO_BARE_HOST },
    ]);
  });
}
