import type { Refusal } from "../wire/refusal.ts";
import type { SendFacts } from "./send-facts.ts";

/** Why `touser` is nobody under the token's account. */
export function explainRecipient({ store, fields, account }: SendFacts): Refusal {
  const { touser } = fields;
  if (touser === undefined) return refusal("没有 touser。", "There is no touser.");
  const owner = store.accounts
    .list()
    .find(({ appid }) => store.people.findRecipient(appid, touser) !== undefined);
  if (owner === undefined || account === undefined) {
    return refusal(
      "touser 不是本平台上任何人的 openid。",
      "touser is nobody's openid on this platform.",
    );
  }
  return refusal(
    `touser 是账号 ${owner.appid} 下的 openid，而 access_token 属于 ${account.appid}：同一个人在每个账号下的 openid 都不同。`,
    `touser is an openid under ${owner.appid}, but the token is ${account.appid}'s: a person has another openid under each account.`,
  );
}

function refusal(zh: string, en: string): Refusal {
  return { errcode: 40003, why: { zh, en } };
}
