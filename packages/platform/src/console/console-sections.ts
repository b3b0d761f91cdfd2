import { type BilingualText, SEND_PATH } from "@yici/protocol";
import type { Account, EndpointQuota } from "../accounts/account.ts";
import { AccountPatch } from "../control/inputs.ts";
import { parseInput } from "../control/parse-input.ts";
import type { PlatformControl } from "../control/platform-control.ts";
import { PushInput } from "../push/push-input.ts";
import type { PushSettings } from "../push/push-target.ts";
import type { ConsoleField, FieldValues } from "./console-field.ts";
import {
  ACCOUNT_FIELDS,
  DOMAIN_FIELDS,
  PERMISSION_FIELDS,
  PUSH_FIELDS,
  WHITELIST_FIELDS,
} from "./console-fields.ts";

/** What the console knows of an account. */
export interface AccountFacts {
  readonly account: Account;
  readonly push: PushSettings | undefined;
}

/** One form of an account's page. */
export interface ConsoleSection {
  /** Its place in the page, and the end of the path to which it is posted. */
  readonly id: string;
  readonly title: BilingualText;
  readonly fields: readonly ConsoleField[];
  /** What stands in the fields. */
  readonly show: (facts: AccountFacts) => FieldValues;
  /** Keeps what was filled in; throws `ControlError`. */
  readonly save: (
    control: PlatformControl,
    facts: AccountFacts,
    form: URLSearchParams,
  ) => Promise<unknown>;
}

const NO_PUSH: Pick<PushSettings, "url" | "token" | "encodingAesKey" | "mode" | "format"> = {
  url: "",
  token: "",
  encodingAesKey: "",
  mode: "plain",
  format: "xml",
};

/** In the order in which the page shows them. */
export const CONSOLE_SECTIONS: readonly ConsoleSection[] = [
  {
    id: "account",
    title: { zh: "账号设置", en: "Account" },
    fields: ACCOUNT_FIELDS,
    show: ({ account }) => ({
      name: account.name,
      kind: account.kind,
      isCertified: String(account.isCertified),
      standing: account.standing,
      isSecretFrozen: String(account.isSecretFrozen),
    }),
    save: patchWith((form) => ({
      name: readLine(form, "name"),
      kind: readLine(form, "kind"),
      isCertified: form.has("isCertified"),
      standing: readLine(form, "standing"),
      isSecretFrozen: form.has("isSecretFrozen"),
    })),
  },
  {
    id: "domains",
    title: { zh: "功能设置", en: "Domains" },
    fields: DOMAIN_FIELDS,
    show: ({ account }) => ({
      businessDomains: account.businessDomains.join("\n"),
      oauthDomains: account.oauthDomains.join("\n"),
      fileName: account.domainVerification?.fileName ?? "",
      content: account.domainVerification?.content ?? "",
      port: String(account.domainVerification?.port ?? ""),
    }),
    save: patchWith((form) => ({
      businessDomains: readLines(form, "businessDomains"),
      oauthDomains: readLines(form, "oauthDomains"),
      domainVerification: readVerification(form),
    })),
  },
  {
    id: "permissions",
    title: { zh: "接口权限", en: "Interface permissions" },
    fields: PERMISSION_FIELDS,
    show: ({ account }) => {
      const quota = account.quotas.find(({ endpoint }) => endpoint === SEND_PATH);
      return {
        templateId: account.templateId,
        perDay: String(quota?.perDay ?? ""),
        perMinute: String(quota?.perMinute ?? ""),
      };
    },
    save: patchWith((form, account) => ({
      templateId: readLine(form, "templateId"),
      quotas: [
        ...account.quotas.filter(({ endpoint }) => endpoint !== SEND_PATH),
        ...readSendQuota(form),
      ],
    })),
  },
  {
    id: "whitelist",
    title: { zh: "IP 白名单", en: "IP whitelist" },
    fields: WHITELIST_FIELDS,
    show: ({ account }) => ({ ipWhitelist: account.ipWhitelist?.join("\n") ?? "" }),
    save: patchWith((form) => {
      const ranges = readLines(form, "ipWhitelist");
      return { ipWhitelist: ranges.length === 0 ? null : ranges };
    }),
  },
  {
    id: "push",
    title: { zh: "消息推送", en: "Message push" },
    fields: PUSH_FIELDS,
    show: ({ push = NO_PUSH }) => ({
      url: push.url,
      token: push.token,
      encodingAesKey: push.encodingAesKey,
      mode: push.mode,
      format: push.format,
    }),
    save: savePush,
  },
];

/** Reads a form into what the control API calls a patch; whether it is one, that API's own schema says. */
function patchWith(
  read: (form: URLSearchParams, account: Account) => unknown,
): ConsoleSection["save"] {
  return async (control, { account }, form) =>
    control.changeAccount(account.appid, parseInput(AccountPatch, read(form, account)));
}

/** Without a URL nothing is pushed any more. What the console does not show stays as it is. */
async function savePush(
  control: PlatformControl,
  { account: { appid }, push }: AccountFacts,
  form: URLSearchParams,
): Promise<unknown> {
  if (readLine(form, "url") === "") return control.removePush(appid);
  const names = ["url", "token", "encodingAesKey", "mode", "format"];
  const input = Object.fromEntries(names.map((name) => [name, readLine(form, name)]));
  const hasExtensionEvents = push?.hasExtensionEvents ?? false;
  return control.changePush(appid, parseInput(PushInput, { ...input, hasExtensionEvents }));
}

function readLine(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? "").trim();
}

function readLines(form: URLSearchParams, name: string): readonly string[] {
  return (form.get(name) ?? "").split(/[\s,，;；]+/).filter((line) => line !== "");
}

/** An empty field is no number, and what is none is one that no schema takes. */
function findNumber(form: URLSearchParams, name: string): number | undefined {
  const text = readLine(form, name);
  return text === "" ? undefined : Number(text);
}

function readVerification(form: URLSearchParams): unknown {
  const [fileName, content] = [readLine(form, "fileName"), readLine(form, "content")];
  if (fileName === "" && content === "") return null;
  return { fileName, content, port: findNumber(form, "port") ?? null };
}

function readSendQuota(form: URLSearchParams): readonly EndpointQuota[] {
  const [perDay, perMinute] = [findNumber(form, "perDay"), findNumber(form, "perMinute")];
  if (perDay === undefined && perMinute === undefined) return [];
  return [
    {
      endpoint: SEND_PATH,
      ...(perDay !== undefined && { perDay }),
      ...(perMinute !== undefined && { perMinute }),
    },
  ];
}
