/** Failures of the world and mistakes of a caller. `code` is the contract, `message` is prose and holds no secret. */

/** A text in the two languages of everything we show. */
export interface BilingualText {
  readonly zh: string;
  readonly en: string;
}

/** What every error of ours has: a stable `code`, and the original as `cause` when there was one. */
export abstract class YiciError extends Error {
  /** One of {@link ERROR_CODES}, or of the table of the package that defines the subclass. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An HTTP exchange with the platform did not end with an answer. */
export class TransportError extends YiciError {
  readonly code = "YICI_TRANSPORT_FAILED";
  /** False only when the request provably never reached the platform. */
  readonly mayHaveBeenProcessed: boolean;

  constructor(message: string, options: ErrorOptions & { readonly mayHaveBeenProcessed: boolean }) {
    super(message, options);
    this.mayHaveBeenProcessed = options.mayHaveBeenProcessed;
  }
}

/** The store failed. */
export class StoreError extends YiciError {
  readonly code = "YICI_STORE_FAILED";
  /** True when a commit was asked for and nobody can say whether it happened. */
  readonly isCommitUnknown: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isCommitUnknown: boolean }) {
    super(message, options);
    this.isCommitUnknown = options.isCommitUnknown;
  }
}

/** One mistake in a configuration: the setting's name and what is wrong with it, never its value. */
export interface ConfigIssue {
  readonly name: string;
  readonly problem: string;
}

/** A configuration cannot be used; every mistake is listed at once. */
export class ConfigError extends YiciError {
  readonly code = "YICI_CONFIG_INVALID";
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[], options?: ErrorOptions) {
    super(issues.map(({ name, problem }) => `${name}: ${problem}`).join("; "), options);
    this.issues = issues;
  }
}

/** The codes of {@link ArgumentError}. */
export type ArgumentErrorCode =
  | "YICI_REDIRECT_URL_INVALID"
  | "YICI_RESERVED_INVALID"
  | "YICI_CLAIMS_INVALID"
  | "YICI_KEY_INVALID"
  | "YICI_ENCODING_AES_KEY_INVALID"
  | "YICI_RANDOM_INVALID";

/** A caller handed in a value that its own code should have refused before. */
export class ArgumentError extends RangeError {
  readonly code: ArgumentErrorCode;

  constructor(code: ArgumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ArgumentError";
    this.code = code;
  }
}

/** Every code that this package's errors carry, and what it means. */
export const ERROR_CODES = {
  YICI_TRANSPORT_FAILED: {
    zh: "与微信平台的请求没有得到应答；mayHaveBeenProcessed 说明请求是否可能已被处理。",
    en: "An exchange with the platform got no answer; mayHaveBeenProcessed says whether it may have been processed.",
  },
  YICI_STORE_FAILED: {
    zh: "存储失败；isCommitUnknown 为真时，提交是否成功无从得知。",
    en: "The store failed; with isCommitUnknown nobody can say whether the commit happened.",
  },
  YICI_CONFIG_INVALID: {
    zh: "配置有误；issues 一次列出全部问题。",
    en: "The configuration cannot be used; issues lists every mistake at once.",
  },
  YICI_REDIRECT_URL_INVALID: {
    zh: "redirect_url 必须是完整的 http(s) 地址，或移动应用的“appid://”。",
    en: "The redirect_url must be an absolute http(s) URL, or a mobile app's `appid://`.",
  },
  YICI_RESERVED_INVALID: {
    zh: "reserved 只能是 1 至 128 个字母或数字。",
    en: "A reserved must be 1 to 128 letters and digits.",
  },
  YICI_CLAIMS_INVALID: {
    zh: "写入 reserved 的内容超出其格式所能承载的范围。",
    en: "A claim does not fit the layout of reserved.",
  },
  YICI_KEY_INVALID: {
    zh: "签名密钥至少需要 16 个字节。",
    en: "A signing key needs at least 16 bytes.",
  },
  YICI_ENCODING_AES_KEY_INVALID: {
    zh: "EncodingAESKey 必须是 43 个字母或数字。",
    en: "An EncodingAESKey must be 43 letters and digits.",
  },
  YICI_RANDOM_INVALID: {
    zh: "传入的随机字节数不对。",
    en: "The random bytes handed in have the wrong count.",
  },
} as const satisfies Readonly<Record<string, BilingualText>>;
