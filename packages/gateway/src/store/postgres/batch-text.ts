import type { AppId, EpochMs } from "@yici/protocol";
import type { AccountState } from "../../deliveries/account-state.ts";
import type { Message } from "../../messages/message.ts";
import type { Outgoing, SlotRow } from "../rows.ts";
import { literal } from "./literal.ts";
import type { NonceRow } from "./loaded-rows.ts";
import type { JointReach } from "./reach.ts";
import { type Row, toJson, toRow } from "./row.ts";
import type { WorkingSet } from "./working-set.ts";

/** The arguments of one of our functions, by name: a JSON or another text, a number, true. Undefined is left out. */
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
    p_slots: list(reach.slots.map(({ openid, scene }) => ({ openid, scene }))),
    p_messages: list(reach.messageIds),
    p_contents: list(reach.contents),
    p_attempts: list(reach.attempts.map(toRow)),
    p_grants: list(reach.grants),
    p_nonces: list(reach.nonces),
    p_keys: list(reach.keys),
    p_due: reach.dueCount || undefined,
    p_closed: reach.closedCount || undefined,
  });
}

/** Writes what the facts of a batch changed; `undefined` when they changed nothing. */
export function buildWrite(
  rows: WorkingSet,
  transaction: string,
  notice: string | undefined,
): string | undefined {
  const { appid, appended } = rows;
  const changes: Arguments = {
    ...writeSlots(rows),
    ...writeDeliveries(rows),
    p_nonces: list(rows.nonces.listChanged().map((nonce) => writeNonce(appid, nonce))),
    p_keys: list(rows.keys.listChanged().map((key) => toRow({ appid, ...key }))),
    p_decisions: list(countDecisions(rows)),
    // What is undefined in an event's facts is not told.
    p_events: appended.events.length === 0 ? undefined : JSON.stringify(appended.events),
    p_notice: notice,
  };
  if (Object.values(changes).every((change) => change === undefined)) return undefined;
  return buildCall("yici_write", appid, { p_transaction: transaction, ...changes });
}

function writeSlots(rows: WorkingSet): Arguments {
  return {
    p_slots: list(rows.slots.listChanged().map(writeSlot)),
    p_unheard_of: list(rows.listUnheardOf().map(writeSlot)),
    p_grants: list(rows.grants.listChanged().map(toRow)),
    p_confirmations: list(rows.appended.confirmations.map(toRow)),
    p_outdated: list(rows.appended.outdated),
  };
}

function writeDeliveries(rows: WorkingSet): Arguments {
  const [account] = rows.accounts.listChanged();
  const deliveries = rows.deliveries.listChanged();
  const isNew = ({ terms }: Outgoing): boolean => rows.isNew(terms.messageId);
  const isLook = deliveries.length > 0 || account !== undefined;
  return {
    p_account: account === undefined ? undefined : writeAccount(account),
    p_messages: list(rows.messages.listChanged().map(writeMessage)),
    p_new_deliveries: list(deliveries.filter(isNew).map(writeOutgoing)),
    p_deliveries: list(deliveries.filter((one) => !isNew(one)).map(writeOutgoing)),
    p_waiters: list(deliveries.filter(isWaiting).map(writeWaiter)),
    p_served: list(
      deliveries.filter((one) => !isWaiting(one) && rows.hasWaited(one)).map(writeWaiter),
    ),
    p_attempts: list(rows.attempts.listChanged().map(toRow)),
    p_is_look: isLook || undefined,
  };
}

function writeSlot({ key, generation, confirmation, usedAt }: SlotRow): Row {
  return toRow({ ...key, generation, confirmation, usedAt });
}

function writeOutgoing({ terms, delivery }: Outgoing): Row {
  return toRow({ ...terms, ...delivery });
}

function isWaiting({ delivery }: Outgoing): boolean {
  return delivery.state === "waiting";
}

function writeWaiter({ terms: { appid, openid, scene, messageId } }: Outgoing): Row {
  return toRow({ appid, openid, scene, messageId });
}

function writeMessage(message: Message): Row {
  const { appid, messageId, openid, scene, acceptedAt, dueAt, principal, content } = message;
  const row = { appid, messageId, openid, scene, acceptedAt, notBeforeAt: dueAt };
  return toRow({ ...row, principal, content });
}

function writeNonce(appid: AppId, { nonce, confirmed, isDeclined, usedAt }: NonceRow): Row {
  return toRow({ appid, nonce, ...confirmed, isDeclined, usedAt });
}

/** A pause until an operator resumes the account lasts until the end of time. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

function writeAccount({ load, breaker, pause, alarmedAt, tally }: AccountState): string {
  const pauseUntil = pause === undefined ? undefined : (pause.until ?? END_OF_TIME);
  return toJson({ state: { load, breaker, pause, alarmedAt, tally }, pauseUntil });
}

function countDecisions({ appid, appended }: WorkingSet): readonly Row[] {
  const links = new Map<string, { confirmedCount: number; declinedCount: number }>();
  for (const { linkId, decision } of appended.decisions) {
    const counts = links.get(linkId) ?? { confirmedCount: 0, declinedCount: 0 };
    counts[`${decision}Count`] += 1;
    links.set(linkId, counts);
  }
  return [...links].map(([linkId, counts]) => toRow({ appid, linkId, ...counts }));
}

/** As a JSON array; nothing when there is nothing in it. */
function list(values: readonly unknown[]): string | undefined {
  return values.length === 0 ? undefined : toJson(values);
}

function buildCall(name: string, appid: AppId, args: Arguments): string {
  const given = Object.entries(args).flatMap(([argument, value]) => {
    if (value === undefined) return [];
    return `${argument} => ${typeof value === "string" ? literal(value) : value}`;
  });
  return `SELECT ${name}(${[`p_appid => ${literal(appid)}`, ...given].join(", ")}) AS answer`;
}
