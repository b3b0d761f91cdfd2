import type { Attempt } from "../../deliveries/delivery.ts";
import type { Grant } from "../../grants/grant.ts";
import type { MessageTerms } from "../../messages/message.ts";
import type { Confirmation, LedgerEvent, MessageSummary } from "../ledger.ts";
import type { Outgoing } from "../rows.ts";
import type { GrantRow, StoredDelivery } from "./standing-delivery.ts";

/** A row as it travels, alone or inside of a JSON: its columns by their names. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * A row as a value of the domain: `due_at` is `dueAt`, and null is `undefined`, at every depth. Who knows what the row
 * holds says so with `as`: it was seen to before it was written, and nobody else writes these tables.
 */
export function fromRow(row: Row): Readonly<Record<string, unknown>> {
  const value: Record<string, unknown> = {};
  for (const column in row) value[camelCase(column)] = fromJson(row[column]);
  return value;
}

/** A value of the domain as a row. `undefined` is null. */
export function toRow(value: object): Row {
  const row: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) row[snakeCase(name)] = part ?? null;
  return row;
}

/** A value as it was before `toJson`: what is null was `undefined`. */
export function fromJson(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const parts: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) parts[name] = fromJson(part);
  return parts;
}

/** A value as JSON text that keeps members which are `undefined`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part === undefined ? null : part));
}

export function readGrant(row: Row): Grant {
  return readGrantRow(row).grant;
}

export function readGrantRow(row: Row): GrantRow {
  const { usedAt, ...grant } = fromRow(row) as unknown as Grant & Pick<GrantRow, "usedAt">;
  return { grant, usedAt };
}

export function readAttempt(row: Row): Attempt {
  return fromRow(row) as unknown as Attempt;
}

export function readConfirmation(row: Row): Confirmation {
  const { at, evidence, effect, generation, source } = fromRow(row) as unknown as Confirmation;
  return { at, evidence, effect, generation, source };
}

/** Facts hold what was written of them, null included. */
export function readEvent(row: Row): LedgerEvent {
  return { ...fromRow(row), facts: row["facts"] } as unknown as LedgerEvent;
}

/** A row of `deliveries`: no worker has it, as far as that says. */
export function readStored(row: Row): StoredDelivery {
  const { openid, scene, deadlineAt, whenNoGrant, whenInDoubt, minEvidence, turn, ...delivery } =
    fromRow(row) as unknown as MessageTerms & Outgoing["delivery"] & Pick<StoredDelivery, "turn">;
  const { appid, messageId } = delivery;
  return {
    terms: {
      appid,
      messageId,
      openid,
      scene,
      deadlineAt,
      whenNoGrant,
      whenInDoubt,
      minEvidence,
    },
    delivery: { ...delivery, leaseId: undefined, leaseExpiresAt: undefined },
    turn,
  };
}

/** The message of a row of `messages`, with the terms that stand beside its delivery. */
export function readMessage(row: Row, terms: MessageTerms): MessageSummary["message"] {
  const { content, acceptedAt, notBeforeAt, principal } = fromRow(row) as unknown as Pick<
    MessageSummary["message"],
    "content" | "acceptedAt" | "principal"
  > & { readonly notBeforeAt: number };
  return { ...terms, content, acceptedAt, dueAt: notBeforeAt, principal };
}

const CAMEL = new Map<string, string>();
const SNAKE = new Map<string, string>();

/** `due_at` as `dueAt`. */
export function camelCase(column: string): string {
  return remember(CAMEL, column, /_(?<letter>[a-z])/g, (text) => text.slice(1).toUpperCase());
}

function snakeCase(name: string): string {
  return remember(SNAKE, name, /[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function remember(
  known: Map<string, string>,
  name: string,
  pattern: RegExp,
  replace: (found: string) => string,
): string {
  let translated = known.get(name);
  if (translated === undefined) {
    translated = name.replace(pattern, replace);
    known.set(name, translated);
  }
  return translated;
}
