import type { EpochMs } from "@yici/runtime";
import { explain, type Refusal } from "../wire/refusal.ts";
import type { IssuedToken } from "./issued-token.ts";

/** Our tokens, as every real one, begin with a number. What looks otherwise was never one. */
const TOKEN_SHAPE = /^[0-9]+_[A-Za-z0-9_-]{100,509}$/;

/** How long a token works. */
type TokenEnds = Pick<IssuedToken, "endsAt" | "endCause" | "expiresAt">;

/** Whether a call may be made with this token (facts 3.6.3). `issued` is what the platform knows of it. */
export function judgeToken(
  token: string | undefined,
  issued: TokenEnds | undefined,
  now: EpochMs,
): Refusal | undefined {
  if (token === undefined) return TOKEN_MISSING;
  if (issued === undefined) return TOKEN_SHAPE.test(token) ? TOKEN_UNKNOWN : TOKEN_MALFORMED;
  if (issued.endsAt !== undefined && now >= issued.endsAt) return explainEnd(issued);
  return now < issued.expiresAt ? undefined : explainExpiry(issued);
}

const TOKEN_MISSING: Refusal = {
  errcode: 41001,
  why: {
    zh: "请求地址中没有 access_token 参数。",
    en: "The query has no access_token.",
  },
};

const TOKEN_MALFORMED: Refusal = {
  errcode: 40014,
  why: {
    zh: "access_token 不是本平台签发的形式：可能被截断、拼接了其他字符，或者填成了别的值。",
    en: "This is no token's shape: it was cut, something was glued to it, or it is another value.",
  },
};

const TOKEN_UNKNOWN: Refusal = {
  errcode: 40001,
  why: {
    zh: "本平台从未签发这个 access_token，或者它早已失效、不再保留；网页授权（/sns/oauth2/access_token）给的是用户 token，不能用在这里。",
    en: "This platform never issued this token, or it ended so long ago that it is forgotten. The one of /sns/oauth2/access_token is a person's and cannot be used here.",
  },
};

function explainEnd({ endsAt, endCause }: TokenEnds): Refusal {
  const when = endsAt ?? 0;
  switch (endCause) {
    case "forced":
      return explain(40001, when, [
        "一次 force_refresh 换发了新的 stable token，这个旧的已于 {at} 失效。",
        "A forced refresh issued another stable token; this one ended at {at}.",
      ]);
    case "revoked":
      return explain(40001, when, [
        "这个 access_token 已于 {at} 被吊销。",
        "This token was revoked at {at}.",
      ]);
    default:
      return explain(40001, when, [
        "已经换发了新的 access_token，这个旧的在重叠期之后于 {at} 失效。",
        "A newer token was issued; this one ended after the overlap, at {at}.",
      ]);
  }
}

function explainExpiry({ expiresAt }: TokenEnds): Refusal {
  return explain(42001, expiresAt, [
    "这个 access_token 已于 {at} 过期。",
    "This token expired at {at}.",
  ]);
}
