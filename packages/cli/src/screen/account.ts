import type { AccountJson, BreakerJson, PauseJson } from "../gateway-json.ts";
import { renderFields } from "./fields.ts";
import { showInstant } from "./instant.ts";

/** An account: what is set, and how its deliveries stand. */
export function renderAccount(account: AccountJson): string {
  const { limits, pause, breaker, verification_file: file } = account;
  return renderFields([
    { title: { zh: "账号", en: "appid" }, value: account.appid },
    { title: { zh: "名称", en: "name" }, value: account.name },
    { title: { zh: "种类", en: "kind" }, value: account.kind },
    { title: { zh: "模板", en: "template" }, value: account.template_id },
    { title: { zh: "回调", en: "callback" }, value: account.callback_url },
    { title: { zh: "令牌来源", en: "tokens from" }, value: describeOrigin(account) },
    { title: { zh: "存疑时", en: "when in doubt" }, value: account.when_in_doubt },
    { title: { zh: "每秒最多", en: "sends a second" }, value: limits.sends_per_second ?? NO_LIMIT },
    { title: { zh: "同时最多", en: "sends at once" }, value: limits.sends_in_flight ?? NO_LIMIT },
    { title: { zh: "正在发送", en: "in flight" }, value: account.in_flight_count },
    { title: { zh: "域名验证文件", en: "domain file" }, value: file?.name },
    {
      title: { zh: "暂停", en: "paused" },
      value: pause === null ? undefined : `${describePause(pause)}\n${NEXT} ${account.appid}`,
    },
    {
      title: { zh: "熔断", en: "breaker" },
      value: breaker === null ? undefined : describeBreaker(breaker),
    },
  ]);
}

const NO_LIMIT = "不限 no limit";

const NEXT = "→ 排除原因后 when its cause is mended: yici accounts resume";

/** Why an account stands still, and until when. */
export function describePause({ reason, errcode, detail, until }: PauseJson): string {
  const code = errcode === null ? "" : ` ${errcode}`;
  const end = until === null ? "" : ` · 至 until ${showInstant(until)}`;
  return `${reason}${code} ${detail}${end}`;
}

/** That trouble of the platform keeps sends back. */
export function describeBreaker({ troubles, until }: BreakerJson): string {
  return `平台故障 platform in trouble: ${troubles} · 至 until ${showInstant(until)}`;
}

function describeOrigin({ token_origin: origin, has_app_secret }: AccountJson): string {
  if (origin.kind === "external") return origin.url ?? "";
  if (origin.kind === "authorizer") return `第三方平台 component ${origin.component_appid ?? ""}`;
  return has_app_secret ? "app secret" : "app secret（还没有 none yet）";
}
