import { isRid, readText } from "@yici/protocol";
import { defineAccountEndpoint } from "../wire/account-endpoint.ts";
import { explain, type Refusal } from "../wire/refusal.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { Transcript } from "./transcript.ts";

/** Official page: https://developers.weixin.qq.com/doc/offiaccount/openApi/get_rid_info.html */
export const RID_PATH = "/cgi-bin/openapi/rid/get";

/** Documented: so long can a rid be looked up. */
const RID_LIFE_MS = 604_800_000;

/** `POST /cgi-bin/openapi/rid/get`: the call that was refused with this rid, as it came and as it was answered. */
export const RID_ENDPOINT = defineAccountEndpoint({
  method: "POST",
  perform({ store, call, account, body }) {
    const rid = readText(body["rid"]) ?? "";
    if (!isRid(rid)) return RID_MALFORMED;
    const entry = store.journal.findRefused(rid);
    if (entry?.transcript === undefined) return RID_UNKNOWN;
    if (entry.appid !== account.appid) return RID_IS_NOT_THE_ACCOUNTS;
    if (entry.endpoint.startsWith("/sns/")) return RID_IS_OF_A_USER_CALL;
    if (call.at - entry.at > RID_LIFE_MS) return explainAge(entry);
    return { reply: { request: tell(entry, entry.transcript) } };
  },
});

function tell({ at }: JournalEntry, { tookMs, query, body, reply, clientIp }: Transcript) {
  return {
    invoke_time: Math.floor(at / 1_000),
    cost_in_ms: tookMs,
    request_url: query,
    request_body: body,
    response_body: reply,
    client_ip: clientIp,
  };
}

const RID_MALFORMED: Refusal = {
  errcode: 76002,
  errmsg: "rid is empty or malformed",
  why: {
    zh: "rid 为空，或者不是三组八位小写十六进制数、以 - 相连的形式。",
    en: "The rid is empty, or not three groups of eight lower-case hexadecimal digits joined by hyphens.",
  },
};

const RID_UNKNOWN: Refusal = {
  errcode: 76001,
  errmsg: "rid not found",
  why: {
    zh: "本平台没有以这个 rid 拒绝过调用，或者它早已不在日志里。",
    en: "This platform refused no call with this rid, or the journal has long dropped it.",
  },
};

const RID_IS_NOT_THE_ACCOUNTS: Refusal = {
  errcode: 76003,
  errmsg: "rid belongs to another account",
  why: {
    zh: "这个 rid 的调用不是 access_token 所属账号的，或者当时认不出是谁的（例如 access_token 无效）。",
    en: "The call of this rid was not made by the token's account, or nobody could tell whose it was, as with a token that is none.",
  },
};

const RID_IS_OF_A_USER_CALL: Refusal = {
  errcode: 76022,
  why: {
    zh: "sns 接口的 rid 不能用这个接口查询。",
    en: "The rid of an sns call cannot be looked up.",
  },
};

function explainAge({ at }: JournalEntry): Refusal {
  const refusal = explain(76004, at, [
    "这个 rid 的调用发生在 {at}，超过 7 天不能再查。",
    "The call of this rid was made at {at}; after seven days it is no longer told.",
  ]);
  return { ...refusal, errmsg: "rid is expired" };
}
