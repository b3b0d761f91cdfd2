import { loadConfig } from "@yici/gateway";
import { type BilingualText, ConfigError } from "@yici/protocol";
import { type AccountOptions, openApiClient } from "../account-client.ts";
import { CliError } from "../cli-error.ts";
import type { Exit } from "../exit.ts";
import type { CheckJson, PageJson } from "../gateway-json.ts";
import { renderChecks } from "../screen/checks.ts";
import type { Session } from "../session.ts";

/** `yici doctor`: the configuration as this environment has it, then what the running gateway finds. */
export async function runDoctor(session: Session, options: AccountOptions): Promise<Exit> {
  const checks = [...checkConfiguration(session), ...(await askGateway(session, options))];
  session.screen.answer({ items: checks }, renderChecks(checks));
  if (checks.some(({ check, status }) => check === "gateway" && status === "failure")) {
    return "unreachable";
  }
  return checks.some(({ status }) => status === "failure") ? "refused" : "done";
}

function checkConfiguration({ env }: Session): readonly CheckJson[] {
  try {
    loadConfig({ env });
    return [
      ok("configuration", { zh: "环境变量都能用", en: "The environment's settings are usable" }),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ name, problem }) =>
      fail("configuration", { zh: `${name}：${problem}`, en: `${name}: ${problem}` }, MEND),
    );
  }
}

const MEND: BilingualText = {
  zh: "见 docs/reference/gateway-configuration.md",
  en: "See docs/reference/gateway-configuration.md",
};

async function askGateway(
  session: Session,
  options: AccountOptions,
): Promise<readonly CheckJson[]> {
  try {
    const client = openApiClient(session, options);
    const { items } = await client.call<PageJson<CheckJson>>("/checkup", {
      query: { appid: options.account },
    });
    return [
      ok("gateway", { zh: `${client.adminUrl} 在运行`, en: `${client.adminUrl} is running` }),
      ...items,
    ];
  } catch (error) {
    if (!(error instanceof CliError) || error.exit !== "unreachable") throw error;
    return [fail("gateway", error.text, error.next ?? MEND)];
  }
}

function ok(check: string, text: BilingualText): CheckJson {
  return { check, appid: null, status: "ok", text, next_step: null };
}

function fail(check: string, text: BilingualText, nextStep: BilingualText): CheckJson {
  return { check, appid: null, status: "failure", text, next_step: nextStep };
}
