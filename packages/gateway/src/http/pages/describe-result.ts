import { html } from "@yici/runtime";
import type { RefusalReason } from "../../callbacks/receive-callback.ts";
import type { CallbackResult } from "../../callbacks/result-ticket.ts";
import type { Notice } from "./notice-page.ts";

/** What the page of a callback names. */
export interface ResultView {
  readonly result: CallbackResult;
  readonly accountName: string;
  /** Of the link it came from; `undefined` when that is unknown. */
  readonly linkTitle: string | undefined;
  readonly entryUrl: string | undefined;
}

/** An HTTP status and what to say with it. */
export interface ResultNotice {
  readonly status: number;
  readonly notice: Notice;
}

/** The page of a callback: confirmed, declined, or refused and why. */
export function describeResult(view: ResultView): ResultNotice {
  const { outcome } = view.result;
  if (outcome === "confirmed") return { status: 200, notice: describeConfirmed(view) };
  if (outcome === "declined") return { status: 200, notice: describeDeclined(view) };
  const { status, ...refusal } = REFUSALS[outcome];
  return { status, notice: { ...refusal, foot: describeReason(outcome) } };
}

function describeConfirmed({ accountName, linkTitle }: ResultView): Notice {
  const about = linkTitle === undefined ? "" : `（${linkTitle}）`;
  return {
    mood: "good",
    heading: { zh: "已确认接收", en: "Confirmed" },
    text: {
      zh: `「${accountName}」可以给您发送一条消息${about}。只有一条；再收下一条，需要您再次确认。`,
      en: "They may now send you one message, and only one. You will be asked again before the next.",
    },
    foot: html`可以关闭本页，返回微信。<br><span lang="en">You can close this page and return to WeChat.</span>`,
  };
}

function describeDeclined({ accountName, entryUrl }: ResultView): Notice {
  return {
    mood: "calm",
    heading: { zh: "已取消", en: "Cancelled" },
    text: {
      zh: `您没有允许「${accountName}」发送消息，我们没有记录您的任何身份信息。`,
      en: "You have not allowed a message. Nothing that identifies you was recorded.",
    },
    action: entryUrl === undefined ? undefined : { label: ASK_AGAIN, href: entryUrl },
  };
}

const ASK_AGAIN = { zh: "改变主意？重新打开", en: "Changed your mind? Open it again" };

type Refusal = Pick<Notice, "mood" | "heading" | "text"> & { readonly status: number };

const UNVERIFIED: Refusal = {
  status: 400,
  mood: "bad",
  heading: { zh: "无法核实这次确认", en: "This could not be verified" },
  text: {
    zh: "这个地址不是由我们发出的，或在途中被改动过。没有记录任何内容。请从原来的链接或二维码重新打开。",
    en: "This address did not come from us, or was changed on the way. Nothing was recorded. Please start again from the original link or QR code.",
  },
};

const INCOMPLETE: Refusal = {
  status: 400,
  mood: "bad",
  heading: { zh: "返回的信息不完整", en: "Something is missing" },
  text: {
    zh: "微信返回的信息不完整或不符合约定，没有记录任何内容。请从原来的链接或二维码重新打开。",
    en: "What came back is incomplete or not as agreed. Nothing was recorded. Please start again from the original link or QR code.",
  },
};

const OUTDATED: Refusal = {
  status: 410,
  mood: "warn",
  heading: { zh: "确认已过期", en: "This has expired" },
  text: {
    zh: "从打开链接到确认隔得太久，没有记录任何内容。请重新打开链接，再确认一次。",
    en: "Too much time passed between opening the link and confirming. Nothing was recorded. Please open the link again.",
  },
};

const USED: Refusal = {
  status: 409,
  mood: "bad",
  heading: { zh: "这次确认已被使用", en: "This was used already" },
  text: {
    zh: "每次打开链接只能确认一次，而这一次已被另一个微信用户使用，没有记录任何内容。请重新打开链接。",
    en: "Each opening of a link confirms once, and another WeChat user has used this one. Nothing was recorded. Please open the link again.",
  },
};

const REFUSALS: Readonly<Record<RefusalReason, Refusal>> = {
  reserved_missing: UNVERIFIED,
  malformed: UNVERIFIED,
  forged: UNVERIFIED,
  account_mismatch: UNVERIFIED,
  scene_mismatch: UNVERIFIED,
  template_mismatch: UNVERIFIED,
  repeated_parameter: UNVERIFIED,
  too_long: UNVERIFIED,
  action_unknown: INCOMPLETE,
  openid_missing: INCOMPLETE,
  openid_malformed: INCOMPLETE,
  not_yet: OUTDATED,
  expired: OUTDATED,
  nonce_used: USED,
};

function describeReason(reason: RefusalReason) {
  return html`<span lang="en">reason</span> <code>${reason}</code>`;
}
