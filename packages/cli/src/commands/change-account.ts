import { basename } from "node:path";
import { openApiClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { AccountJson } from "../gateway-json.ts";
import type { TargetOptions } from "../gateway-target.ts";
import { readSecretFile } from "../read-secret-file.ts";
import { renderAccount } from "../screen/account.ts";
import type { Session } from "../session.ts";

/** What may be said of an account. Secrets come from files, so that no list of processes shows them. */
export interface AccountSettings extends TargetOptions {
  readonly name?: string;
  readonly kind?: string;
  readonly templateId?: string;
  readonly publicUrl?: string;
  readonly appSecretFile?: string;
  readonly apiUrl?: string;
  readonly pageUrl?: string;
  readonly whenInDoubt?: string;
  readonly sendsPerSecond?: number | "none";
  readonly sendsInFlight?: number | "none";
  readonly domainFile?: string;
  readonly tokenUrl?: string;
  readonly tokenBearerFile?: string;
  readonly component?: string;
  readonly refreshTokenFile?: string;
  readonly ownToken?: true;
}

/** `yici accounts add`. */
export async function addAccount(
  session: Session,
  options: AccountSettings,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const body = { appid, kind: options.kind, ...buildSettings(options) };
  const client = openApiClient(session, options);
  const account = await client.call<AccountJson>("/accounts", { method: "POST", body });
  session.screen.answer(account, `${renderAccount(account)}\n${AFTER}`);
  return "done";
}

/** `yici accounts set`. */
export async function setAccount(
  session: Session,
  options: AccountSettings,
  [appid = ""]: readonly string[],
): Promise<Exit> {
  const path = `/accounts/${encodeURIComponent(appid)}`;
  const body = buildSettings(options);
  const client = openApiClient(session, options);
  const account = await client.call<AccountJson>(path, { method: "PATCH", body });
  session.screen.answer(account, renderAccount(account));
  return "done";
}

const AFTER = `→ 检查一切就绪 see that all is right: yici doctor`;

function buildSettings(options: AccountSettings): object {
  const { apiUrl, pageUrl, domainFile, sendsPerSecond, sendsInFlight } = options;
  return {
    name: options.name,
    template_id: options.templateId,
    public_url: options.publicUrl,
    app_secret: readSecretFile(options.appSecretFile),
    platform:
      apiUrl === undefined && pageUrl === undefined
        ? undefined
        : { kind: "sandbox", api_url: apiUrl ?? pageUrl, page_url: pageUrl ?? apiUrl },
    when_in_doubt: options.whenInDoubt,
    limits: {
      sends_per_second: sendsPerSecond === "none" ? null : sendsPerSecond,
      sends_in_flight: sendsInFlight === "none" ? null : sendsInFlight,
    },
    verification_file:
      domainFile === undefined
        ? undefined
        : { name: basename(domainFile), content: readSecretFile(domainFile) },
    token_origin: buildOrigin(options),
  };
}

function buildOrigin(options: AccountSettings): object | undefined {
  const { tokenUrl, tokenBearerFile, component, refreshTokenFile, ownToken } = options;
  if (tokenUrl !== undefined) {
    return { kind: "external", url: tokenUrl, bearer: readSecretFile(tokenBearerFile) };
  }
  if (component !== undefined) {
    const refreshToken = readSecretFile(refreshTokenFile);
    return { kind: "authorizer", component_appid: component, refresh_token: refreshToken };
  }
  return ownToken === true ? { kind: "app_secret" } : undefined;
}
