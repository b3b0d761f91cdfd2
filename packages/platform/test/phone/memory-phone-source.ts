import { parseAppId } from "@yici/protocol";
import type { JournalEntry } from "../../src/journal/journal-entry.ts";
import type {
  Conversation,
  PhoneAccount,
  PhoneMessage,
  PhonePerson,
  PhoneSource,
} from "../../src/phone/phone-source.ts";

/** A phone's source that lives in memory, and into which a test puts messages. */
export interface MemoryPhoneSource extends PhoneSource {
  /** Writes a call into the journal. */
  record(entry: Partial<JournalEntry>): void;
  deliver(personId: string, message: Partial<PhoneMessage>): PhoneMessage;
  /** How many listen to a person's changes now. */
  countListeners(personId: string): number;
  /** Calls back once, when one of them no longer does. */
  whenLeft(personId: string, callback: () => void): void;
}

export const SHOP: PhoneAccount = {
  appid: "wxaba38c7f163da69b",
  name: "一次示例号",
  kind: "service",
  templateId: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
};
export const SCHOOL: PhoneAccount = {
  appid: "wx0123456789abcdef",
  name: "春晓学校",
  kind: "subscription",
  templateId: "school-template",
};

export const RADIO: PhoneAccount = {
  appid: "wxec6fabecee8e6e80",
  name: "晨读电台",
  kind: "mobile_app",
  templateId: "radio-template",
};

/** 2026-01-01 12:00 in China. */
const NOON = Date.UTC(2026, 0, 1, 4);

const CALL: Omit<JournalEntry, "id"> = {
  kind: "call",
  at: NOON,
  appid: parseAppId(SHOP.appid),
  method: "POST",
  endpoint: "/cgi-bin/message/template/subscribe",
  openid: "o_zhang",
  scene: 1000,
  token: "0a1b2c3d",
  errcode: 0,
  errmsg: "ok",
  rid: "rid-1",
  why: undefined,
  fault: undefined,
  transcript: undefined,
};

/** Three people, the first of whom follows the first of two accounts, and an app. */
export function createMemoryPhoneSource(): MemoryPhoneSource {
  const accounts = [SHOP, SCHOOL, RADIO];
  const people = new Map<string, PhonePerson>([
    ["zhang", { id: "zhang", name: "张三", follows: [SHOP.appid], blocks: [], refuses: [] }],
    ["li", { id: "li", name: "李四", follows: [], blocks: [], refuses: [] }],
    ["wang", { id: "wang", name: "王五", follows: [], blocks: [], refuses: [] }],
  ]);
  const inboxes = new Map<string, readonly PhoneMessage[]>();
  const listeners = new Map<string, Set<() => void>>();
  const listenersOf = (personId: string) => {
    const found = listeners.get(personId) ?? new Set();
    listeners.set(personId, found);
    return found;
  };
  const announce = (personId: string) => {
    for (const listener of listenersOf(personId)) listener();
  };
  const calls: JournalEntry[] = [];
  const atDesk = new Set<() => void>();
  const leavings = new Map<string, () => void>();
  let lastId = 0;

  return {
    listPeople: () => [...people.values()],
    findPerson: (id) => people.get(id),
    listAccounts: () => accounts,
    listMessages: (personId, limit) => (inboxes.get(personId) ?? []).slice(-limit),
    listGrants: (personId) => [
      { appid: SHOP.appid, openid: `o_${personId}`, scenes: personId === "zhang" ? [0, 1000] : [] },
    ],
    listCalls: (limit) => calls.slice(0, limit),
    async setFollow(personId, appid, follows) {
      const person = people.get(personId);
      if (person === undefined) throw new Error(`no person ${personId}`);
      const others = person.follows.filter((followed) => followed !== appid);
      people.set(personId, { ...person, follows: follows ? [...others, appid] : others });
      announce(personId);
    },
    async setRefusal(personId, appid, refusal, isRefused) {
      const person = people.get(personId);
      if (person === undefined) throw new Error(`no person ${personId}`);
      const others = person[refusal].filter((refused) => refused !== appid);
      people.set(personId, { ...person, [refusal]: isRefused ? [...others, appid] : others });
      announce(personId);
    },
    async markRead(personId, conversation) {
      const inbox = inboxes.get(personId) ?? [];
      inboxes.set(
        personId,
        inbox.map((message) =>
          isIn(conversation, message) ? { ...message, isRead: true } : message,
        ),
      );
      announce(personId);
    },
    onChange(personId, listener) {
      listenersOf(personId).add(listener);
      return () => {
        listenersOf(personId).delete(listener);
        leavings.get(personId)?.();
        leavings.delete(personId);
      };
    },
    record(entry) {
      calls.unshift({ ...CALL, id: calls.length + 1, ...entry });
      for (const listener of atDesk) listener();
    },
    onDeskChange(listener) {
      atDesk.add(listener);
      return () => void atDesk.delete(listener);
    },
    deliver(personId, parts) {
      lastId += 1;
      const message: PhoneMessage = {
        id: lastId,
        appid: SHOP.appid,
        placement: "chat",
        title: "订阅通知",
        content: "您好!",
        color: undefined,
        jump: undefined,
        url: undefined,
        receivedAt: NOON,
        isRead: false,
        ...parts,
      };
      inboxes.set(personId, [...(inboxes.get(personId) ?? []), message]);
      announce(personId);
      return message;
    },
    countListeners: (personId) => listenersOf(personId).size,
    whenLeft: (personId, callback) => void leavings.set(personId, callback),
  };
}

function isIn(conversation: Conversation, message: PhoneMessage): boolean {
  if (conversation.kind === "chat") {
    return message.placement === "chat" && message.appid === conversation.appid;
  }
  return message.placement === "service_notification";
}
