import type { AppId, EpochMs } from "@yici/protocol";
import type { AccountState } from "../../deliveries/account-state.ts";
import type { Message } from "../../messages/message.ts";
import type { NewEvent, Outgoing, SlotRow } from "../rows.ts";
import type { WrittenTable } from "./column-lists.ts";
import { literal } from "./literal.ts";
import type { NonceRow } from "./loaded-rows.ts";
import type { JointReach } from "./reach.ts";
import { toJson, toRow } from "./row.ts";
import { rowsLiteral } from "./rows-literal.ts";
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
    p_slots: json(reach.slots.map(({ openid, scene }) => ({ openid, scene }))),
    p_messages: json(reach.messageIds),
    p_contents: json(reach.contents),
    p_attempts: json(reach.attempts.map(toRow)),
    p_grants: json(reach.grants),
    p_nonces: json(reach.nonces),
    p_keys: json(reach.keys),
    p_due: reach.dueCount || undefined,
    p_closed: reach.closedCount || undefined,
  });
}

/** Writes what the facts of a batch changed; `undefined` when they changed nothing. */
export function buildWrite(rows: WorkingSet, transaction: string): string | undefined {
  const { appid, appended } = rows;
  const changes: Arguments = {
    ...writeSlots(rows),
    ...writeDeliveries(rows),
    p_nonces: some(
      "nonces",
      rows.nonces.listChanged().map((nonce) => writeNonce(appid, nonce)),
    ),
    p_keys: some(
      "idempotency_keys",
      rows.keys.listChanged().map((key) => ({ appid, ...key })),
    ),
    p_decisions: some("decisions", countDecisions(rows)),
    p_events: some("events", appended.events.map(writeEvent)),
  };
  if (Object.values(changes).every((change) => change === undefined)) return undefined;
  return buildCall("yici_write", appid, { p_transaction: transaction, ...changes });
}

function writeSlots(rows: WorkingSet): Arguments {
  const { confirmations, outdated } = rows.appended;
  return {
    p_slots: some("slots", rows.slots.listChanged().map(writeSlot)),
    p_unheard_of: some("slots", rows.listUnheardOf().map(writeSlot)),
    p_grants: some("grants", rows.grants.listChanged()),
    p_confirmations: some("confirmations", confirmations),
    p_outdated: some("slots", outdated),
  };
}

function writeDeliveries(rows: WorkingSet): Arguments {
  const [account] = rows.accounts.listChanged();
  const deliveries = rows.deliveries.listChanged();
  const isNew = ({ terms }: Outgoing): boolean => rows.isNew(terms.messageId);
  const isServed = (one: Outgoing): boolean => !isWaiting(one) && rows.hasWaited(one);
  const isLeased = ({ terms }: Outgoing): boolean => rows.isLeased(terms.messageId);
  const changed = deliveries.filter((one) => !isNew(one) && !isLeased(one));
  const isLook = deliveries.length > 0 || account !== undefined;
  return {
    p_account: account === undefined ? undefined : writeAccount(account),
    p_messages: some("messages", rows.messages.listChanged().map(writeMessage)),
    p_new_deliveries: some("deliveries", deliveries.filter(isNew).map(writeOutgoing)),
    p_deliveries: some("deliveries", changed.map(writeOutgoing)),
    p_leases: json(writeLeases(deliveries.filter(isLeased))),
    p_waiters: some("waiters", deliveries.filter(isWaiting).map(termsOf)),
    p_served: some("waiters", deliveries.filter(isServed).map(termsOf)),
    p_attempts: some("attempts", rows.attempts.listChanged()),
    p_is_look: isLook || undefined,
  };
}

function writeSlot({ key, generation, confirmation, usedAt }: SlotRow): object {
  return { ...key, generation, confirmation, usedAt };
}

function writeOutgoing({ terms, delivery }: Outgoing): object {
  return { ...terms, ...delivery };
}

/** One line for each lease: all its deliveries change alike. */
function writeLeases(leased: readonly Outgoing[]): readonly object[] {
  const leases = Map.groupBy(leased, ({ delivery }) => delivery.leaseId);
  return [...leases].map(([leaseId, deliveries]) => ({
    lease_id: leaseId,
    ends_at: deliveries[0]?.delivery.leaseExpiresAt,
    ids: deliveries.map(({ terms }) => terms.messageId),
  }));
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

/** What is undefined in an event's facts is not told. Its number is given where it is written. */
function writeEvent({ facts, ...event }: NewEvent): object {
  return { ...event, number: 0, facts: JSON.stringify(facts) };
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
