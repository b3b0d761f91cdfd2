import type { BilingualText } from "@yici/protocol";
import type { RequestIssue } from "./problem.ts";

/** What a field must be, for the fields that a parser of ours judges. */
export const FIELD_TEXTS = {
  appid: {
    zh: "appid 必须是 wx 加 16 位小写十六进制数字",
    en: "appid must be wx and 16 hexadecimal digits, lower case",
  },
  openid: {
    zh: "openid 必须是 1 至 64 个字母、数字、_ 或 -",
    en: "openid must be 1 to 64 letters, digits, _ or -",
  },
  scene: {
    zh: "scene 必须是 0 至 10000 的整数",
    en: "scene must be an integer from 0 to 10000",
  },
  template_id: {
    zh: "template_id 必须是 1 至 128 个字母、数字、_ 或 -",
    en: "template_id must be 1 to 128 letters, digits, _ or -",
  },
  public_url: {
    zh: "public_url 必须是 http(s) 地址，可带路径，不带查询参数",
    en: "public_url must be an http(s) address, with a path if need be, without query",
  },
  api_url: {
    zh: "api_url 必须是不带路径的 http(s) 地址",
    en: "api_url must be an http(s) address without path",
  },
  page_url: {
    zh: "page_url 必须是不带路径的 http(s) 地址",
    en: "page_url must be an http(s) address without path",
  },
  url: {
    zh: "url 必须是 http(s) 地址",
    en: "url must be an http(s) address",
  },
  component_appid: {
    zh: "component_appid 必须是 wx 加 16 位小写十六进制数字",
    en: "component_appid must be wx and 16 hexadecimal digits, lower case",
  },
} as const satisfies Readonly<Record<string, BilingualText>>;

/** Notes an issue when a parser answered `undefined`; passes its answer on. */
export function expectField<T>(
  value: T | undefined,
  path: readonly [...string[], keyof typeof FIELD_TEXTS],
  issues: RequestIssue[],
): T | undefined {
  const name = path[path.length - 1] as keyof typeof FIELD_TEXTS;
  if (value === undefined) issues.push({ path, code: "malformed", message: FIELD_TEXTS[name] });
  return value;
}
