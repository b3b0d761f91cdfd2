import type { Refusal } from "./refusal.ts";

export const POST_ONLY: Refusal = {
  errcode: 43002,
  why: { zh: "此接口只接受 POST。", en: "This call is made with POST." },
};

export const GET_ONLY: Refusal = {
  errcode: 43001,
  why: { zh: "此接口只接受 GET。", en: "This call is made with GET." },
};

export const HTTPS_ONLY: Refusal = {
  errcode: 43003,
  why: {
    zh: "此接口只接受 https。平台以 strict 启动时检查这一点：请同时启用 TLS，或把 publicUrl 设为前置代理的 https 地址。",
    en: "This call is made with https. A platform started as strict looks at that: give it TLS, too, or the https address of the proxy before it as its publicUrl.",
  },
};

/** Why a body could not be read. */
export function explainBody(errcode: 44002 | 47001): Refusal {
  return errcode === 44002 ? BODY_EMPTY : BODY_UNREADABLE;
}

const BODY_EMPTY: Refusal = {
  errcode: 44002,
  why: { zh: "请求体为空。", en: "The body is empty." },
};

const BODY_UNREADABLE: Refusal = {
  errcode: 47001,
  why: {
    zh: "请求体不是一个 JSON 对象：可能是表单编码，或者不是 UTF-8。",
    en: "The body is no JSON object: perhaps a form, or not UTF-8.",
  },
};
