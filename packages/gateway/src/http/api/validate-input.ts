import type { BilingualText } from "@yici/protocol";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { TLocalizedValidationError } from "typebox/error";
import type { RequestIssue } from "./problem.ts";

export type Validated =
  | { readonly kind: "valid"; readonly value: unknown }
  | { readonly kind: "invalid"; readonly issues: readonly RequestIssue[] };

/** How a part of a request is read: `text` turns the texts of paths and queries into numbers where a schema says so. */
export type InputForm = "json" | "text";

/** Compiles a schema into a check that names every mistake. */
export function createValidator(schema: TSchema, form: InputForm): (value: unknown) => Validated {
  const validator = Compile(schema);
  return (value) => {
    const read = form === "text" ? validator.Convert(value) : value;
    if (validator.Check(read)) return { kind: "valid", value: read };
    return { kind: "invalid", issues: validator.Errors(read).flatMap(describeError) };
  };
}

function describeError(error: TLocalizedValidationError): readonly RequestIssue[] {
  const path = error.instancePath.split("/").slice(1);
  switch (error.keyword) {
    case "required":
      return error.params.requiredProperties.map((name) => missingIssue([...path, name]));
    case "additionalProperties":
      return error.params.additionalProperties.map((name) => unknownIssue([...path, name]));
    case "boolean":
      // What `additionalProperties` says again, for each field.
      return [];
    default:
      return [{ path, code: "malformed", message: describeRule(path, error) }];
  }
}

function missingIssue(path: readonly string[]): RequestIssue {
  const name = path.join(".");
  const message = { zh: `缺少 ${name}`, en: `${name} is missing` };
  return { path, code: "required", message };
}

function unknownIssue(path: readonly string[]): RequestIssue {
  const name = path.join(".");
  const message = { zh: `不认识的字段 ${name}`, en: `${name} is not a known field` };
  return { path, code: "unknown_field", message };
}

function describeRule(path: readonly string[], error: TLocalizedValidationError): BilingualText {
  const name = path.length === 0 ? "body" : path.join(".");
  const rule = RULES[error.keyword]?.(error.params as RuleParams) ?? {
    zh: "不符合格式",
    en: error.message,
  };
  return { zh: `${name} ${rule.zh}`, en: `${name} ${rule.en}` };
}

/** The parameters of the rules below, of which each error has those of its keyword. */
interface RuleParams {
  readonly type: string | readonly string[];
  readonly limit: number;
  readonly comparison: string;
  readonly allowedValues: readonly unknown[];
  readonly allowedValue: unknown;
  readonly pattern: string;
}

const RULES: Readonly<Record<string, ((params: RuleParams) => BilingualText) | undefined>> = {
  type: ({ type }) => ({
    zh: `必须是 ${[type].flat().join(" 或 ")}`,
    en: `must be ${[type].flat().join(" or ")}`,
  }),
  enum: ({ allowedValues }) => ({
    zh: `必须是 ${allowedValues.join("、")} 之一`,
    en: `must be one of ${allowedValues.join(", ")}`,
  }),
  const: ({ allowedValue }) => ({
    zh: `必须是 ${String(allowedValue)}`,
    en: `must be ${String(allowedValue)}`,
  }),
  anyOf: () => ({ zh: "不是允许的形式之一", en: "has none of the allowed forms" }),
  pattern: ({ pattern }) => ({ zh: `必须符合 ${pattern}`, en: `must match ${pattern}` }),
  format: () => ({
    zh: "必须是 RFC 3339 时间，例如 2026-01-31T08:00:00+08:00",
    en: "must be an instant such as 2026-01-31T08:00:00+08:00",
  }),
  minimum: ({ limit }) => ({ zh: `不能小于 ${limit}`, en: `must be at least ${limit}` }),
  maximum: ({ limit }) => ({ zh: `不能大于 ${limit}`, en: `must be at most ${limit}` }),
  minLength: ({ limit }) => ({
    zh: `至少 ${limit} 个字符`,
    en: `must have ${limit} characters or more`,
  }),
  maxLength: ({ limit }) => ({
    zh: `最多 ${limit} 个字符`,
    en: `must have ${limit} characters or fewer`,
  }),
  minItems: ({ limit }) => ({ zh: `至少 ${limit} 项`, en: `must have ${limit} items or more` }),
  maxItems: ({ limit }) => ({ zh: `最多 ${limit} 项`, en: `must have ${limit} items or fewer` }),
};
