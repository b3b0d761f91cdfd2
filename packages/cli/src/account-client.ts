import { type ApiCall, type ApiClient, createApiClient } from "./api-client.ts";
import { CliError } from "./cli-error.ts";
import type { AccountJson, PageJson } from "./gateway-json.ts";
import { findGatewayTarget, type TargetOptions } from "./gateway-target.ts";
import type { Session } from "./session.ts";

/** The options of a command about one account. */
export interface AccountOptions extends TargetOptions {
  readonly account?: string;
}

/** The gateway's `/v1/accounts/{appid}`. */
export interface AccountClient {
  readonly appid: string;
  /** As `ApiClient.call`, with a path under the account. */
  call<T>(path: string, call?: ApiCall): Promise<T>;
}

/** A client of the gateway that the options, the environment or `cli.json` name. */
export function openApiClient(session: Session, options: TargetOptions): ApiClient {
  return createApiClient(session.world, findGatewayTarget(options, session.environment));
}

/** A client of one account: the one that was named, else the only one there is. Throws a `CliError` when there is no such. */
export async function openAccountClient(
  session: Session,
  options: AccountOptions,
): Promise<AccountClient> {
  const client = openApiClient(session, options);
  const appid = options.account ?? (await findOnlyAccount(client));
  return { appid, call: (path, call) => client.call(`/accounts/${appid}${path}`, call) };
}

async function findOnlyAccount(client: ApiClient): Promise<string> {
  const { items } = await client.call<PageJson<AccountJson>>("/accounts");
  const [first, ...others] = items;
  if (first === undefined) throw refuseWithoutAccount();
  if (others.length > 0) throw refuseToChoose(items);
  return first.appid;
}

function refuseWithoutAccount(): CliError {
  return new CliError({
    exit: "refused",
    code: "no_account",
    text: { zh: "这个网关里还没有账号。", en: "This gateway has no account yet." },
    next: {
      zh: "用 npx yici accounts add 添加一个，或用 npx yici dev 得到演示账号。",
      en: "Add one with npx yici accounts add, or get the demo account with npx yici dev.",
    },
  });
}

function refuseToChoose(accounts: readonly AccountJson[]): CliError {
  const list = accounts.map(({ appid, name }) => `${appid} ${name}`).join(", ");
  return new CliError({
    exit: "usage",
    code: "account_needed",
    text: {
      zh: `这个网关里有几个账号：${list}。`,
      en: `This gateway has several accounts: ${list}.`,
    },
    next: { zh: "用 --account 指明是哪一个。", en: "Say which one with --account." },
  });
}
