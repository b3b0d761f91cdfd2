import type { Store } from "@yici/gateway";
import type { GrantLine, InboxMessage } from "@yici/platform";
import { EPOCH } from "./actor-world.ts";
import type { PlayGround } from "./play-ground.ts";
import {
  type HistoryRecord,
  isSamePlace,
  type Order,
  type Place,
  type SendRecord,
} from "./record.ts";

type MessageReport = NonNullable<Awaited<ReturnType<Store["findMessage"]>>>;
type SlotReport = Awaited<ReturnType<Store["findSlot"]>>;

/** One message as the gateway tells it, beside what was seen of it from outside. */
export interface MessageFacts extends Place {
  readonly text: string;
  readonly report: MessageReport;
  readonly order: Order;
  readonly sends: readonly SendRecord[];
  /** Its copies on the phone. */
  readonly copies: readonly InboxMessage[];
}

/** One slot in both ledgers. */
export interface SlotFacts extends Place {
  readonly report: SlotReport;
  /** WeChat's own line; absent when nobody ever confirmed. */
  readonly line: GrantLine | undefined;
  /** What is on the phone, whoever sent it. */
  readonly onPhone: readonly InboxMessage[];
  /** The slot's messages, in the order in which they were accepted. */
  readonly messages: readonly MessageFacts[];
}

/** All that is known when everything has ended. Instants of reports and phones are epoch milliseconds. */
export interface Aftermath {
  readonly record: HistoryRecord;
  readonly messages: readonly MessageFacts[];
  readonly slots: readonly SlotFacts[];
  /** What the account does in doubt where a message does not say. */
  readonly whenInDoubt: "retry" | "stop";
  readonly eventNumbers: readonly number[];
}

/** More than a history ever has of anything. */
const MANY = 1_000;

/** Reads both ledgers, the phones and the gateway's reports. */
export async function gatherAftermath(ground: PlayGround): Promise<Aftermath> {
  const { store, platform, account, record } = ground;
  const { appid } = account;
  const phones = await platform.control.listInbox({ limit: MANY });
  const lines = await platform.control.listGrants({ limit: MANY });
  const messages = await gatherMessages(ground, phones);
  const places = ground.people.flatMap((person) =>
    ground.links.map(({ scene }) => ({ person, scene })),
  );
  const slots = await Promise.all(
    places.map(async ({ person: { id, openid }, scene }): Promise<SlotFacts> => {
      const place = { person: id, scene };
      const isHere = (other: Place): boolean => isSamePlace(other, place);
      return {
        ...place,
        report: await store.findSlot({ appid, openid, scene }),
        line: lines.find(isHere),
        onPhone: phones.filter(isHere),
        messages: messages.filter(isHere),
      };
    }),
  );
  const events = await store.listEvents(appid, 0, MANY);
  const eventNumbers = events.map(({ number }) => number);
  return { record, messages, slots, whenInDoubt: account.whenInDoubt, eventNumbers };
}

async function gatherMessages(
  { store, account: { appid }, record, people }: PlayGround,
  phones: readonly InboxMessage[],
): Promise<readonly MessageFacts[]> {
  const found = await store.listMessages({ appid, limit: 200, after: undefined });
  const reports = await Promise.all(
    found.map(({ message: { messageId } }) => store.findMessage(appid, messageId)),
  );
  return reports.flatMap((report) => {
    if (report === undefined) return [];
    const text = report.message.content.content;
    const order = record.orders.find((placed) => placed.text === text);
    const person = people.find(({ openid }) => openid === report.message.openid);
    if (order === undefined || person === undefined) {
      record.violate("every message was ordered by somebody", text);
      return [];
    }
    return [
      {
        person: person.id,
        scene: report.message.scene,
        text,
        report,
        order,
        sends: record.sends.filter((send) => send.text === text),
        copies: phones.filter(({ content }) => content === text),
      },
    ];
  });
}

/** An instant of a report, as the record counts them. */
export function sinceBeginning(at: number): number {
  return at - EPOCH;
}
