/**
 * What a message says, and whether WeChat would take it.
 * Official page: https://developers.weixin.qq.com/doc/subscription/api/notify/subscribe/api_templatesubscribe.html
 */

import type { BilingualText } from "./errors.ts";
import { parseAppId } from "./identifiers.ts";
import { isWebAddress } from "./web-address.ts";

/** What the person reads, and where a tap leads: nowhere, to `url`, or to the mini-program, which wins over `url`. */
export interface MessageContent {
  /** At most {@link TITLE_MAX} characters. */
  readonly title: string;
  /** At most {@link CONTENT_MAX} characters; line breaks are allowed. */
  readonly content: string;
  /** One colour for the whole text, `#RRGGBB`. */
  readonly color?: string;
  /** An absolute http(s) URL; WeChat asks for an ICP filing of its domain. */
  readonly url?: string;
  readonly miniprogram?: {
    /** A published mini-program associated with the account. */
    readonly appid: string;
    /** A page with optional query, such as `index?foo=bar`. */
    readonly pagepath: string;
  };
}

/** One thing wrong with a message. */
export interface MessageIssue {
  /** Where, in the names of {@link MessageContent}. */
  readonly path: readonly string[];
  readonly code: "required" | "too_long" | "malformed";
  /** Of a `too_long`: characters allowed and characters found. */
  readonly limit?: number;
  readonly actual?: number;
  readonly message: BilingualText;
}

/** The longest title, in code points (documented). */
export const TITLE_MAX = 15;

/** The longest content, in code points (documented). */
export const CONTENT_MAX = 200;

/** The longest jump URL and page path we accept, in code points; the document names no limit. */
export const JUMP_MAX = 1_024;

const SURROGATE_PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const COLOR = /^#[0-9a-fA-F]{6}$/;
const VISIBLE = /^[^\p{Cc}\s]*$/u;

/** Counts characters the way we read the document's 字: Unicode code points, so an emoji of one code point is one. */
export function countCharacters(text: string): number {
  return text.length - (text.match(SURROGATE_PAIR)?.length ?? 0);
}

/** Every issue of a message, in the order of its fields; an empty list means WeChat should take it. Never throws. */
export function validateMessage(message: MessageContent): readonly MessageIssue[] {
  return [
    ...checkText(["title"], message.title, TITLE_MAX),
    ...checkText(["content"], message.content, CONTENT_MAX),
    ...checkColor(message.color),
    ...checkUrl(message.url),
    ...checkMiniprogram(message.miniprogram),
  ];
}

function checkText(path: readonly string[], text: string, limit: number): readonly MessageIssue[] {
  if (text.trim() === "") return [requiredIssue(path)];
  return text.isWellFormed()
    ? checkLength(path, text, limit)
    : [malformedIssue(path, "包含无效的字符", "holds half a character")];
}

function checkLength(
  path: readonly string[],
  text: string,
  limit: number,
): readonly MessageIssue[] {
  const actual = countCharacters(text);
  return actual > limit ? [tooLongIssue(path, limit, actual)] : [];
}

function checkColor(color: string | undefined): readonly MessageIssue[] {
  if (color === undefined || COLOR.test(color)) return [];
  return [malformedIssue(["color"], "必须形如 #FF0000", "must look like #FF0000")];
}

function checkUrl(url: string | undefined): readonly MessageIssue[] {
  if (url === undefined) return [];
  return isWebAddress(url)
    ? checkLength(["url"], url, JUMP_MAX)
    : [malformedIssue(["url"], "必须是完整的 http(s) 地址", "must be an absolute http(s) URL")];
}

function checkMiniprogram(miniprogram: MessageContent["miniprogram"]): readonly MessageIssue[] {
  if (miniprogram === undefined) return [];
  return [...checkMiniprogramAppid(miniprogram.appid), ...checkPagepath(miniprogram.pagepath)];
}

function checkMiniprogramAppid(appid: string): readonly MessageIssue[] {
  const path = ["miniprogram", "appid"];
  if (appid === "") return [requiredIssue(path)];
  if (parseAppId(appid) !== undefined) return [];
  return [
    malformedIssue(path, "必须是 wx 加 16 位十六进制数字", "must be wx and 16 hexadecimal digits"),
  ];
}

function checkPagepath(pagepath: string): readonly MessageIssue[] {
  const path = ["miniprogram", "pagepath"];
  if (pagepath === "") return [requiredIssue(path)];
  if (!VISIBLE.test(pagepath) || !pagepath.isWellFormed()) {
    return [
      malformedIssue(
        path,
        "不能包含空白或控制字符",
        "must not hold white space or control characters",
      ),
    ];
  }
  return checkLength(path, pagepath, JUMP_MAX);
}

function requiredIssue(path: readonly string[]): MessageIssue {
  const name = path.join(".");
  return { path, code: "required", message: { zh: `${name} 不能为空`, en: `${name} is required` } };
}

function tooLongIssue(path: readonly string[], limit: number, actual: number): MessageIssue {
  const name = path.join(".");
  const message = {
    zh: `${name} 最多 ${limit} 个字，现有 ${actual} 个`,
    en: `${name} may have ${limit} characters, it has ${actual}`,
  };
  return { path, code: "too_long", limit, actual, message };
}

function malformedIssue(path: readonly string[], zh: string, en: string): MessageIssue {
  const name = path.join(".");
  return { path, code: "malformed", message: { zh: `${name} ${zh}`, en: `${name} ${en}` } };
}
