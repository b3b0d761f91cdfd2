import type { EpochMs } from "@yici/runtime";
import { Type } from "typebox";
import type { TSchema } from "typebox";

/** An instant: RFC 3339, in answers always UTC with milliseconds. */
export const InstantJson = Type.String({ format: "date-time" });

/** A text in two languages. */
export const BilingualJson = Type.Object({ zh: Type.String(), en: Type.String() });

/** A value, or null where there is none. */
export function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** An object of a request: what it does not name is refused. */
export const CLOSED = { additionalProperties: false } as const;

/** An instant as the wire shows it. */
export function showInstant(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** An instant that may be absent. */
export function showInstantIfAny(at: EpochMs | undefined): string | null {
  return at === undefined ? null : showInstant(at);
}

/** Reads an instant that a schema has checked. */
export function readInstant(text: string): EpochMs {
  return Date.parse(text);
}
