import type { AppId, BilingualText } from "@yici/protocol";

/** What is looked at, in this order. */
export type CheckName =
  | "database"
  | "standby"
  | "database_clock"
  | "account"
  | "platform_clock"
  | "domain_file"
  | "token"
  | "quota"
  | "queue";

/** What one look came to. */
export interface CheckResult {
  readonly check: CheckName;
  /** The account it is about; `undefined`: the installation. */
  readonly appid: AppId | undefined;
  /** `warning`: it works, and somebody should know. `failure`: messages are kept back, or will be. */
  readonly status: "ok" | "warning" | "failure";
  readonly text: BilingualText;
  /** What to do, where there is something to do. */
  readonly nextStep: BilingualText | undefined;
}

/** A check of one name and account that tells how it went. */
export interface Teller {
  ok(zh: string, en: string): CheckResult;
  warn(text: BilingualText, nextStep: BilingualText): CheckResult;
  fail(text: BilingualText, nextStep: BilingualText): CheckResult;
}

/** Builds the results of one check. */
export function tellOf(check: CheckName, appid?: AppId): Teller {
  const about = { check, appid };
  return {
    ok: (zh, en) => ({ ...about, status: "ok", text: { zh, en }, nextStep: undefined }),
    warn: (text, nextStep) => ({ ...about, status: "warning", text, nextStep }),
    fail: (text, nextStep) => ({ ...about, status: "failure", text, nextStep }),
  };
}
