import assert from "node:assert/strict";
import { CONTENT_MAX, countCharacters } from "@yici/protocol";
import { choosePlacement } from "../inbox/placement.ts";
import { buildSentEvent } from "../push/account-event.ts";
import { findAccessToken } from "../tokens/find-access-token.ts";
import type { Refusal } from "../wire/refusal.ts";
import { refuse } from "../wire/refuse.ts";
import type { WireAnswer, WireEndpoint } from "../wire/wire-call.ts";
import { explainMissingGrant } from "./explain-missing-grant.ts";
import { SEND_CHECKS } from "./send-checks.ts";
import { gatherSendFacts, type SendFacts } from "./send-facts.ts";

/**
 * `POST /cgi-bin/message/template/subscribe`: one grant, one message. Spending the grant, charging the quota and putting the
 * message on the phone are one commit, so that of two calls for one grant exactly one is answered 0.
 * Official page: https://developers.weixin.qq.com/doc/subscription/api/notify/subscribe/api_templatesubscribe.html
 */
export const SEND_ENDPOINT: WireEndpoint = {
  findAppid(store, call) {
    const token = findAccessToken(call.rawQuery);
    return token === undefined ? undefined : store.tokens.find(token)?.appid;
  },

  process(store, call, _world, conduct) {
    const facts = gatherSendFacts(store, call, conduct);
    const refusal = findRefusal(facts);
    const answer = refusal === undefined ? deliver(facts) : refuse(call, refusal);
    return {
      errcode: answer.errcode,
      errmsg: answer.errmsg,
      why: answer.why,
      messageId: answer.messageId,
      changed: answer.changed,
      event: answer.event,
      appid: facts.account?.appid,
      openid: facts.fields.touser,
      scene: facts.scene,
      token: facts.token,
    };
  },
};

function findRefusal(facts: SendFacts): Refusal | undefined {
  for (const check of SEND_CHECKS) {
    const refusal = check(facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function deliver(facts: SendFacts): WireAnswer {
  const { store, call, token, account, recipient, scene, fields } = facts;
  assert(
    token && account && recipient && scene !== undefined && fields.title !== undefined,
    "the checks let through less",
  );
  const slot = { appid: account.appid, openid: recipient.openid, scene };
  const messageId = store.inbox.nextId;
  if (!store.ledger.spend(slot, messageId, call.at)) {
    return refuse(call, explainMissingGrant(slot, facts));
  }
  store.inbox.add(
    {
      person: recipient.person,
      appid: slot.appid,
      openid: slot.openid,
      scene,
      placement: choosePlacement(account.kind, recipient.follows),
      title: fields.title,
      content: readContent(facts),
      color: fields.color,
      url: fields.url,
      miniprogram: readJump(fields.miniprogram),
      token: store.tokens.fingerprint(token),
      rid: call.rid,
    },
    call.at,
  );
  store.usage.charge(account.appid, call.endpoint, call.at);
  const event = buildSentEvent(
    { appid: account.appid, openid: recipient.openid, at: call.at },
    { scene, messageId },
  );
  return { errcode: 0, errmsg: "ok", messageId, changed: recipient.person, event };
}

/** What is too long got here only where it is read as being cut. */
function readContent({ fields: { content } }: SendFacts): string | undefined {
  return content === undefined || countCharacters(content) <= CONTENT_MAX
    ? content
    : Array.from(content).slice(0, CONTENT_MAX).join("");
}

function readJump(miniprogram: SendFacts["fields"]["miniprogram"]) {
  return miniprogram?.appid === undefined
    ? undefined
    : { appid: miniprogram.appid, pagepath: miniprogram.pagepath };
}
