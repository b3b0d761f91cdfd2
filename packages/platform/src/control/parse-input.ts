import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { ControlError, type ControlIssue } from "./control-error.ts";

/** What was asked, as its schema says it; throws `ControlError` with every issue. */
export function parseInput<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const issues = Value.Errors(chooseMember(schema, value), value).flatMap(describe);
  const names = issues.map(({ path, problem }) => `${path === "" ? "the whole" : path} ${problem}`);
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

function describe({
  keyword,
  instancePath,
  params,
  message,
}: SchemaError): readonly ControlIssue[] {
  switch (keyword) {
    case "additionalProperties": // each of them is told by itself
      return [];
    case "boolean":
      return [{ path: instancePath, problem: "is unknown here" }];
    case "enum":
      return [
        {
          path: instancePath,
          problem: `must be one of ${Object.values(params).flat().map(String).join(", ")}`,
        },
      ];
    default:
      return [{ path: instancePath, problem: message }];
  }
}
