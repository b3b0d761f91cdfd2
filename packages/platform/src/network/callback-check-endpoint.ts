import { isIP } from "node:net";
import { type JsonObject, readText } from "@yici/protocol";
import { defineAccountEndpoint } from "../wire/account-endpoint.ts";
import type { Refusal } from "../wire/refusal.ts";

const ACTIONS: readonly string[] = ["dns", "ping", "all"];
const OPERATORS: readonly string[] = ["DEFAULT", "CHINANET", "UNICOM", "CAP"];

/**
 * `POST /cgi-bin/callback/check`: how the network finds the account's server. A sandbox asks no network: it answers for the
 * configured URL in the documented shape, an address in it as it is, every name as this machine, and nothing lost.
 */
export const CALLBACK_CHECK_ENDPOINT = defineAccountEndpoint({
  method: "POST",
  perform({ store, account, body }) {
    const url = store.pushSettings.find(account.appid)?.url;
    if (url === undefined) return URL_IS_NOT_SET;
    const action = readText(body["action"]) ?? "";
    if (!ACTIONS.includes(action)) return ACTION_UNKNOWN;
    const operator = readText(body["check_operator"]) ?? "";
    if (!OPERATORS.includes(operator)) return OPERATOR_UNKNOWN;
    return { reply: check(findIp(url), action, operator), isBare: true };
  },
});

function check(ip: string, action: string, operator: string): JsonObject {
  const dns = [{ ip, real_operator: operator }];
  const ping = [{ ip, from_operator: operator, package_loss: "0%", time: "0.000ms" }];
  return { ...(action !== "ping" && { dns }), ...(action !== "dns" && { ping }) };
}

function findIp(url: string): string {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? "127.0.0.1" : host;
}

const URL_IS_NOT_SET: Refusal = {
  errcode: 40201,
  errmsg: "callback url is not set",
  why: {
    zh: "这个账号没有设置消息推送的 URL。",
    en: "The account has no URL for message push.",
  },
};

const ACTION_UNKNOWN: Refusal = {
  errcode: 40202,
  errmsg: "invalid action",
  why: {
    zh: `action 须是 ${ACTIONS.join("、")} 之一。`,
    en: `action must be one of ${ACTIONS.join(", ")}.`,
  },
};

const OPERATOR_UNKNOWN: Refusal = {
  errcode: 40203,
  errmsg: "invalid check_operator",
  why: {
    zh: `check_operator 须是 ${OPERATORS.join("、")} 之一。`,
    en: `check_operator must be one of ${OPERATORS.join(", ")}.`,
  },
};
