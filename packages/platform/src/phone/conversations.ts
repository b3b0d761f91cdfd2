import type { JournalEntry } from "../journal/journal-entry.ts";
import type {
  Conversation,
  PhoneAccount,
  PhoneGrants,
  PhoneMessage,
  PhonePerson,
} from "./phone-source.ts";

/** One line of the chat list. */
export interface ConversationEntry {
  readonly conversation: Conversation;
  readonly latest: PhoneMessage | undefined;
  readonly unreadCount: number;
}

/** What a phone holds: its conversations' messages, and who sent them. */
export interface PhoneContent {
  readonly person: PhonePerson;
  readonly accounts: readonly PhoneAccount[];
  /** Oldest first. */
  readonly messages: readonly PhoneMessage[];
  /** One for each account. */
  readonly grants: readonly PhoneGrants[];
  /** Newest first. */
  readonly journal: readonly JournalEntry[];
}

/**
 * Service Notifications and the chat of each account that is followed or has written there, the newest first.
 * An account that is no longer followed keeps its chat, so that no message disappears from sight.
 */
export function listConversations(content: PhoneContent): readonly ConversationEntry[] {
  const conversations: readonly Conversation[] = [
    { kind: "service_notifications" },
    ...content.accounts
      .filter((account) => hasChat(content, account))
      .map(({ appid }) => ({ kind: "chat" as const, appid })),
  ];
  return conversations
    .map((conversation) => summarize(conversation, content.messages))
    .toSorted((a, b) => (b.latest?.receivedAt ?? 0) - (a.latest?.receivedAt ?? 0));
}

/** The messages of one conversation, oldest first. */
export function selectMessages(
  messages: readonly PhoneMessage[],
  conversation: Conversation,
): readonly PhoneMessage[] {
  return messages.filter((message) => isIn(conversation, message));
}

/** How many of the messages have not been looked at. */
export function countUnread(messages: readonly PhoneMessage[]): number {
  return messages.filter((message) => !message.isRead).length;
}

function hasChat({ person, messages }: PhoneContent, { appid }: PhoneAccount): boolean {
  return (
    person.follows.includes(appid) ||
    messages.some((message) => isIn({ kind: "chat", appid }, message))
  );
}

function summarize(
  conversation: Conversation,
  messages: readonly PhoneMessage[],
): ConversationEntry {
  const own = selectMessages(messages, conversation);
  return { conversation, latest: own.at(-1), unreadCount: countUnread(own) };
}

function isIn(conversation: Conversation, message: PhoneMessage): boolean {
  if (conversation.kind === "service_notifications") {
    return message.placement === "service_notification";
  }
  return message.placement === "chat" && message.appid === conversation.appid;
}
