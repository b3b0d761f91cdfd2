import type { BilingualText } from "@yici/protocol";
import { isAtLeast } from "../../grants/grant.ts";
import type { Evidence, Grant, VoidCause } from "../../grants/grant.ts";
import type { SlotReport } from "../../store/ledger.ts";
import { showInstant } from "./json.ts";

/** Says in words where a slot stands, and why it has no grant to give when it has none. */
export function explainSlot(slot: SlotReport, minEvidence: Evidence = "imported"): BilingualText {
  const [newest] = slot.grants;
  if (newest === undefined) return NEVER_CONFIRMED;
  switch (newest.state) {
    case "available":
      return explainAvailable(newest, minEvidence);
    case "held":
      return explainHeld(newest);
    case "spent":
      return explainSpent(newest);
    case "void":
      return explainVoid(newest);
  }
}

const NEVER_CONFIRMED: BilingualText = {
  zh: "这个人在这个场景下从未确认过，或者只点了取消（取消不留身份记录）。",
  en: "This person never confirmed this scene, or only cancelled, which leaves no record of who did.",
};

function explainAvailable(grant: Grant, minEvidence: Evidence): BilingualText {
  const at = showInstant(grant.renewedAt);
  if (isAtLeast(grant.evidence, minEvidence)) {
    return {
      zh: `有一次可用的授权，确认于 ${at}。`,
      en: `There is a grant to use, confirmed at ${at}.`,
    };
  }
  return {
    zh: `有一次确认于 ${at} 的授权，但依据是 ${grant.evidence}，低于要求的 ${minEvidence}。`,
    en: `There is a grant confirmed at ${at}, but its evidence is ${grant.evidence}, below the ${minEvidence} that was demanded.`,
  };
}

function explainHeld({ messageId, changedAt }: Grant): BilingualText {
  const at = showInstant(changedAt);
  return {
    zh: `授权已于 ${at} 留给消息 ${messageId ?? "?"}；同一场景的多次确认不累积。`,
    en: `The grant was set aside for message ${messageId ?? "?"} at ${at}; confirmations of one scene do not add up.`,
  };
}

function explainSpent({ messageId, changedAt }: Grant): BilingualText {
  const at = showInstant(changedAt);
  return {
    zh: `授权已被消息 ${messageId ?? "?"} 于 ${at} 用掉；一次授权只能发一条。`,
    en: `The grant was used by message ${messageId ?? "?"} at ${at}; one grant sends one message.`,
  };
}

function explainVoid({ messageId, changedAt, voidCause }: Grant): BilingualText {
  const at = showInstant(changedAt);
  const cause = voidCause === undefined ? UNNAMED_CAUSE : VOID_CAUSES[voidCause];
  const by = messageId === undefined ? { zh: "", en: "" } : nameMessage(messageId);
  return {
    zh: `授权已于 ${at} 作废${by.zh}：${cause.zh}。`,
    en: `The grant became void at ${at}${by.en}: ${cause.en}.`,
  };
}

function nameMessage(messageId: string): BilingualText {
  return { zh: `（消息 ${messageId}）`, en: ` (message ${messageId})` };
}

const UNNAMED_CAUSE: BilingualText = { zh: "原因未知", en: "for an unknown cause" };

const VOID_CAUSES: Readonly<Record<VoidCause, BilingualText>> = {
  platform_refused: {
    zh: "微信回答 43101，即平台上没有这次授权",
    en: "WeChat answered 43101, so on its side there was no such grant",
  },
  recipient_gone: {
    zh: "微信不认识这个 openid",
    en: "WeChat does not know this openid",
  },
  in_doubt: {
    zh: "一次发送没有得到确定的答复，授权可能已经用掉",
    en: "a send got no certain answer, so the grant may have been used",
  },
  expired: {
    zh: "超过了本网关设定的期限",
    en: "it grew older than this gateway's policy allows",
  },
  declined: {
    zh: "此人后来取消了",
    en: "the person cancelled later",
  },
};
