import type { AppId, EpochMs } from "@yici/protocol";
import type { AccountState } from "../../deliveries/account-state.ts";
import type { Message } from "../../messages/message.ts";
import type { NewEvent, Outgoing, SlotRow } from "../rows.ts";
import { EVENTS_IN_ROW, writeEvents } from "../told-events.ts";
import { writeDeliveryChanges, writeGrantChanges } from "./changes-text.ts";
import type { WrittenTable } from "./column-lists.ts";
import { literal } from "./literal.ts";
import type { NonceRow } from "./loaded-rows.ts";
import type { LeaseGroup, OutboxChanges, StartGroup } from "./outbox-changes.ts";
import type { JointReach } from "./reach.ts";
import { toJson } from "./row.ts";
import { listLiteral, rowsLiteral } from "./rows-literal.ts";
import type { Changed } from "./shelf.ts";
import type { GrantRow } from "./standing-delivery.ts";
import type { WorkingSet } from "./working-set.ts";

/** The arguments of one of our functions, by name: a text, a number, true. Undefined is left out. */
type Arguments = Readonly<Record<string, string | number | true | undefined>>;

/** Takes the locks of a batch and reads all that its facts may touch. `now` undefined: by the database's clock. */
export function buildLoad(
  appid: AppId,
  reach: JointReach,
  { now, waitingMax }: { readonly now: EpochMs | undefined; readonly waitingMax: number },
): string {
  return buildCall("yici_load", appid, {
    p_waiting_max: waitingMax,
    p_now: now,
    p_account: reach.isOfAccount || undefined,
    p_slots: json([
      ...reach.slots.map(({ openid, scene }) => ({ openid, scene, stirred: false })),
      ...reach.stirred.map(({ openid, scene }) => ({ openid, scene, stirred: true })),
    ]),
    p_messages: json([...new Set([...reach.messageIds, ...reach.carried])]),
    p_contents: json(reach.contents),
    p_grants: json(reach.grants),
    p_nonces: json(reach.nonces),
    p_keys: json(reach.keys),
    p_due: reach.dueCount || undefined,
    p_closed: reach.closedCount || undefined,
  });
}

/** What is to be so still when a batch is written. */
export type WriteCondition =
  /** It is the transaction that took the locks. */
  | { readonly kind: "transaction"; readonly id: string }
  /** The account's state is at a version. */
  | { readonly kind: "version"; readonly version: number }
  /** There are no such slots and nonces. */
  | { readonly kind: "absence" };

/** How a batch is written. */
interface WriteTerms {
  readonly condition: WriteCondition;
  /** Whether the account's state is locked. */
  readonly isOfAccount: boolean;
  readonly now: EpochMs | undefined;
}

/**
 * Writes what the facts of a batch changed; `undefined` when they changed nothing. `now` as for `buildLoad`.
 */
export function buildWrite(
  rows: WorkingSet,
  outbox: OutboxChanges,
  { condition, isOfAccount, now }: WriteTerms,
): string | undefined {
  const { appid, appended } = rows;
  const changes: Arguments = {
    ...writeSlots(rows, condition),
    ...writeOutbox(rows, outbox),
    ...writeClaims(rows, outbox),
    p_keys: some(
      "idempotency_keys",
      rows.keys.listChanged().map((key) => ({ appid, ...key })),
    ),
    p_decisions: some("decisions", countDecisions(rows)),
    ...writeTold(appended.events),
    ...writeLook(rows, outbox, now),
  };
  if (Object.values(changes).every((change) => change === undefined)) return undefined;
  const on = { ...writeCondition(condition), p_is_account: isOfAccount || undefined };
  return buildCall("yici_write", appid, { ...on, ...changes });
}

function writeCondition(condition: WriteCondition): Arguments {
  if (condition.kind === "transaction") return { p_transaction: condition.id };
  return condition.kind === "version" ? { p_version: condition.version } : {};
}

function writeSlots(rows: WorkingSet, { kind }: WriteCondition): Arguments {
  const { appid } = rows;
  const { confirmations, outdated } = rows.appended;
  const changed = rows.slots.slots.listChanged();
  const nonces = rows.nonces.compareChanged();
  const writeNonces = (changes: readonly Changed<NonceRow>[]): readonly object[] =>
    changes.map(({ value }) => writeNonce(appid, value));
  const slots =
    kind === "absence"
      ? { p_new_slots: some("slots", inOrder(changed).map(writeSlot)) }
      : {
          p_slots: some("slots", changed.map(writeSlot)),
          p_unheard_of: some("slots", rows.listUnheardOf().map(writeSlot)),
        };
  return {
    ...slots,
    p_new_nonces: some("nonces", writeNonces(nonces.filter(({ before }) => before === undefined))),
    p_nonces: some("nonces", writeNonces(nonces.filter(({ before }) => before !== undefined))),
    ...writeGrants(rows.slots.grants.compareChanged()),
    p_confirmations: some("confirmations", confirmations),
    p_outdated: some("slots", outdated),
  };
}

function writeOutbox(rows: WorkingSet, outbox: OutboxChanges): Arguments {
  const { created, written } = outbox;
  const [account] = rows.accounts.listChanged();
  const unclaimed = [...created, ...written];
  const isServed = (one: Outgoing): boolean => !isWaiting(one) && rows.outbox.hasWaited(one);
  return {
    p_account: account === undefined ? undefined : writeAccount(account),
    p_messages: some("messages", rows.outbox.messages.listChanged().map(writeMessage)),
    p_new_deliveries: some(
      "deliveries",
      created.map(({ terms, delivery }) => ({ ...terms, ...delivery, turn: 0, attempts: [] })),
    ),
    p_deliveries: writeDeliveryChanges(written),
    p_delivery_count: written.length || undefined,
    p_waiters: some("waiters", unclaimed.filter(isWaiting).map(termsOf)),
    p_served: some("waiters", written.filter(isServed).map(termsOf)),
  };
}

function writeClaims(rows: WorkingSet, outbox: OutboxChanges): Arguments {
  const { appid } = rows;
  const write = (group: LeaseGroup | StartGroup): object => ({
    ...group,
    appid,
    messageIds: listLiteral(group.messageIds),
    turns: listLiteral(group.turns),
  });
  return {
    p_is_touch: rows.isTouching() || undefined,
    p_leases: some("leases", outbox.leases.map(write)),
    p_starts: some("starts", outbox.starts.map(write)),
    p_ended_leases: list(outbox.endedLeases),
    p_ended_starts: list(outbox.endedStarts),
  };
}

/** What is written may be due, or be closed by time, earlier than what was known; where more may have changed, anew. */
function writeLook(
  rows: WorkingSet,
  { created, written, leases }: OutboxChanges,
  now: EpochMs | undefined,
): Arguments {
  if (rows.isLookAnew()) return { p_look: "anew", p_now: now };
  const deliveries = [...created, ...written].map(({ delivery }) => delivery);
  const leaseEnds = leases.map(({ expiresAt }) => expiresAt);
  const dueAts = deliveries.filter(isPending).map(({ dueAt }) => dueAt);
  const closings = deliveries.filter(({ settledAt }) => settledAt === undefined);
  if (closings.length + leaseEnds.length === 0) return {};
  return {
    p_look: "earlier",
    p_due_at: findFirst([...dueAts, ...leaseEnds]),
    p_sweep_at: findFirst([...closings.map(({ closesAt }) => closesAt), ...leaseEnds]),
  };
}

function findFirst(instants: readonly EpochMs[]): EpochMs | undefined {
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function isPending({ state }: Outgoing["delivery"]): boolean {
  return state === "scheduled" || state === "queued";
}

/** In the order in which everybody locks them. */
function inOrder(slots: readonly SlotRow[]): readonly SlotRow[] {
  return slots.toSorted(({ key: one }, { key: other }) => {
    if (one.openid !== other.openid) return one.openid < other.openid ? -1 : 1;
    return one.scene - other.scene;
  });
}

function writeSlot({ key, generation, confirmation }: SlotRow): object {
  return { ...key, generation, confirmation };
}

function writeGrants(changed: readonly Changed<GrantRow>[]): Arguments {
  const added = changed.filter(({ before }) => before === undefined);
  const changes = changed.filter(({ before }) => before !== undefined);
  return {
    p_new_grants: some(
      "grants",
      added.map(({ value: { grant, usedAt } }) => ({ ...grant, usedAt })),
    ),
    p_grants: writeGrantChanges(changes),
    p_grant_count: changes.length || undefined,
  };
}

function isWaiting({ delivery }: Outgoing): boolean {
  return delivery.state === "waiting";
}

function termsOf({ terms }: Outgoing): object {
  return terms;
}

function writeMessage({ dueAt, ...message }: Message): object {
  return { ...message, notBeforeAt: dueAt };
}

function writeNonce(appid: AppId, { nonce, confirmed, isDeclined, usedAt }: NonceRow): object {
  return { appid, nonce, ...confirmed, isDeclined, usedAt };
}

/** Their numbers are given where they are written. */
function writeTold(events: readonly NewEvent[]): Arguments {
  if (events.length === 0) return {};
  const count = Math.ceil(events.length / EVENTS_IN_ROW);
  const lines = Array.from({ length: count }, (_, place) => {
    return writeEvents(events.slice(place * EVENTS_IN_ROW, (place + 1) * EVENTS_IN_ROW));
  });
  return {
    p_events: lines.join("\n"),
    p_event_count: events.length,
    p_events_at: Math.max(...events.map(({ at }) => at)),
  };
}

/** A pause until an operator resumes it lasts until the end of time. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

function writeAccount({ load, breaker, pause, alarmedAt, tally }: AccountState): string {
  const pauseUntil = pause === undefined ? undefined : (pause.until ?? END_OF_TIME);
  return toJson({ state: { load, breaker, pause, alarmedAt, tally }, pauseUntil });
}

function countDecisions({ appid, appended }: WorkingSet): readonly object[] {
  const links = new Map<string, { confirmedCount: number; declinedCount: number }>();
  for (const { linkId, decision } of appended.decisions) {
    const counts = links.get(linkId) ?? { confirmedCount: 0, declinedCount: 0 };
    counts[`${decision}Count`] += 1;
    links.set(linkId, counts);
  }
  return [...links].map(([linkId, counts]) => ({ appid, linkId, ...counts }));
}

/** As a JSON array; nothing when there is nothing in it. */
function json(values: readonly unknown[]): string | undefined {
  return values.length === 0 ? undefined : toJson(values);
}

/** As a PostgreSQL array of texts; nothing when there is nothing in it. */
function list(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : listLiteral(values);
}

/** As rows of a table; nothing when there are none. */
function some(table: WrittenTable, values: readonly object[]): string | undefined {
  return values.length === 0 ? undefined : rowsLiteral(table, values);
}

function buildCall(name: string, appid: AppId, args: Arguments): string {
  const given = Object.entries(args).flatMap(([argument, value]) => {
    if (value === undefined) return [];
    return `${argument} => ${typeof value === "string" ? literal(value) : value}`;
  });
  return `SELECT ${name}(${[`p_appid => ${literal(appid)}`, ...given].join(", ")}) AS answer`;
}
