import type { BilingualText } from "@yici/protocol";
import { type Static, type TSchema, Type } from "typebox";
import { Locale } from "typebox/system";
import { Value } from "typebox/value";
import { ControlError, type ControlIssue } from "./control-error.ts";

/** What was asked, as its schema says it; throws `ControlError` with every issue. */
export function parseInput<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const issues = Value.Errors(chooseMember(schema, value), value).flatMap(describe);
  const names = issues.map(
    ({ path, problem }) => `${path === "" ? "the whole" : path} ${problem.en}`,
  );
  throw new ControlError("invalid_request", names.join("; "), issues);
}

/** Of several shapes told apart by `kind`, the one that is meant: the others' issues would only confuse. */
function chooseMember(schema: TSchema, value: unknown): TSchema {
  if (!Type.IsUnion(schema)) return schema;
  const kind = readKind(value);
  const members = schema.anyOf.filter(Type.IsObject);
  const kinds = members.map(({ properties }) => readLiteral(properties["kind"]));
  const meant = members[kinds.findIndex((name) => name === kind)];
  return meant ?? Type.Object({ kind: Type.Enum(kinds.filter((name) => name !== undefined)) });
}

function readKind(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}

function readLiteral(schema: TSchema | undefined): string | undefined {
  return schema !== undefined && Type.IsLiteral(schema) ? String(schema.const) : undefined;
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

function describe(error: SchemaError): readonly ControlIssue[] {
  // Each of them is told by itself.
  if (error.keyword === "additionalProperties") return [];
  return [{ path: error.instancePath, problem: describeProblem(error) }];
}

function describeProblem(error: SchemaError): BilingualText {
  switch (error.keyword) {
    case "boolean":
      return { zh: "这里没有这一项", en: "is unknown here" };
    case "enum": {
      const words = error.params.allowedValues.map(String);
      return { zh: `必须是 ${words.join("、")} 之一`, en: `must be one of ${words.join(", ")}` };
    }
    default:
      return { zh: Locale.zh_Hans(error), en: error.message };
  }
}
