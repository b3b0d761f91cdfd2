/**
 * The identifiers of the wire as types of their own. Each has exactly one parser, the only place where a plain text
 * becomes one; a parser answers `undefined` for what is not one and never throws.
 */

declare const brand: unique symbol;

type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** An account: `wx` and 16 hexadecimal digits, lower case. */
export type AppId = Branded<string, "AppId">;

/** A person under one account: 1–64 characters of `A-Za-z0-9_-` (real ones have 28 and begin with `o`). */
export type OpenId = Branded<string, "OpenId">;

/** The account's fixed template: 1–128 characters of `A-Za-z0-9_-` (real ones have 43). */
export type TemplateId = Branded<string, "TemplateId">;

/** The subscription scene: an integer from 0 to 10000. */
export type Scene = Branded<number, "Scene">;

/** A token for the API: 1–1024 visible ASCII characters (the document asks for room for 512). */
export type AccessToken = Branded<string, "AccessToken">;

/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** The largest scene the document allows. */
export const SCENE_MAX = 10_000;

const APP_ID = /^wx[0-9a-f]{16}$/;
const OPEN_ID = /^[A-Za-z0-9_-]{1,64}$/;
const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const ACCESS_TOKEN = /^[\x21-\x7e]{1,1024}$/;
const DECIMAL = /^[0-9]{1,9}$/;

/** Reads an account's appid; upper-case digits are not one, because WeChat compares the text. */
export function parseAppId(text: string): AppId | undefined {
  return isAppId(text) ? text : undefined;
}

/** Reads a person's openid. */
export function parseOpenId(text: string): OpenId | undefined {
  return isOpenId(text) ? text : undefined;
}

/** Reads a template id, leniently in length: that real ones have 43 characters is observed, not documented. */
export function parseTemplateId(text: string): TemplateId | undefined {
  return isTemplateId(text) ? text : undefined;
}

/** Reads a scene from an integer or a decimal text; `"007"` and `7` are the same scene, for scenes are compared as numbers. */
export function parseScene(value: string | number): Scene | undefined {
  const scene = typeof value === "string" ? readDecimal(value) : value;
  return scene !== undefined && isScene(scene) ? scene : undefined;
}

/** Reads an access token. */
export function parseAccessToken(text: string): AccessToken | undefined {
  return isAccessToken(text) ? text : undefined;
}

function isAppId(text: string): text is AppId {
  return APP_ID.test(text);
}

function isOpenId(text: string): text is OpenId {
  return OPEN_ID.test(text);
}

function isTemplateId(text: string): text is TemplateId {
  return TEMPLATE_ID.test(text);
}

function readDecimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

function isScene(value: number): value is Scene {
  return Number.isInteger(value) && value >= 0 && value <= SCENE_MAX && !Object.is(value, -0);
}

function isAccessToken(text: string): text is AccessToken {
  return ACCESS_TOKEN.test(text);
}
