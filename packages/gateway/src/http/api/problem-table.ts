/** What one code of a problem means. */
export interface ProblemKind {
  readonly status: number;
  readonly title: { readonly zh: string; readonly en: string };
}

/**
 * Every problem the API answers with. The code is the contract; docs/reference/problems.md lists the same ones, and a
 * test holds the two together.
 */
export const PROBLEMS = {
  malformed_request: {
    status: 400,
    title: { zh: "请求无法读取", en: "The request cannot be read" },
  },
  unauthorized: {
    status: 401,
    title: { zh: "需要有效的 API 密钥", en: "A valid API key is needed" },
  },
  right_missing: {
    status: 403,
    title: { zh: "密钥没有这项权利", en: "The key does not have the right to this" },
  },
  not_found: {
    status: 404,
    title: { zh: "没有这个地址", en: "There is nothing at this address" },
  },
  account_not_found: {
    status: 404,
    title: { zh: "没有这个账号", en: "There is no such account" },
  },
  link_not_found: {
    status: 404,
    title: { zh: "没有这个链接", en: "There is no such link" },
  },
  message_not_found: {
    status: 404,
    title: { zh: "没有这条消息", en: "There is no such message" },
  },
  key_not_found: {
    status: 404,
    title: { zh: "没有这个有效的密钥", en: "There is no such key in force" },
  },
  account_exists: {
    status: 409,
    title: { zh: "账号已经存在", en: "The account exists already" },
  },
  demo_account_stays: {
    status: 409,
    title: { zh: "演示账号只能连接沙箱", en: "A demo account stays in its sandbox" },
  },
  no_grant: {
    status: 409,
    title: { zh: "没有可用的授权", en: "There is no grant to use" },
  },
  too_late_to_cancel: {
    status: 409,
    title: { zh: "消息已不能取消", en: "The message can no longer be cancelled" },
  },
  grant_not_reinstatable: {
    status: 409,
    title: { zh: "授权不能恢复", en: "The grant cannot be reinstated" },
  },
  account_paused: {
    status: 409,
    title: { zh: "账号已暂停", en: "The account is paused" },
  },
  body_too_large: {
    status: 413,
    title: { zh: "请求体过大", en: "The body is too large" },
  },
  media_type_unsupported: {
    status: 415,
    title: { zh: "请求体必须是 JSON", en: "The body must be JSON" },
  },
  invalid_request: {
    status: 422,
    title: { zh: "请求内容有误", en: "The request has mistakes" },
  },
  idempotency_key_reused: {
    status: 422,
    title: {
      zh: "Idempotency-Key 已用于另一个请求",
      en: "The Idempotency-Key was used for another request",
    },
  },
  internal_error: {
    status: 500,
    title: { zh: "内部错误", en: "Something went wrong on our side" },
  },
  unavailable: {
    status: 503,
    title: { zh: "服务暂时不可用", en: "The service is not available for the moment" },
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

/** The stable name of a problem. */
export type ProblemCode = keyof typeof PROBLEMS;
