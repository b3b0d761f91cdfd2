import { phonePath } from "./phone-path.ts";
import type { Conversation, PhoneMessage } from "./phone-source.ts";

/** The address of a conversation on a person's phone. */
export function conversationPath(personId: string, conversation: Conversation): string {
  return conversation.kind === "chat"
    ? phonePath(personId, "chats", conversation.appid)
    : phonePath(personId, "service-notifications");
}

/** The conversation in which a message lies. */
export function findConversation({ placement, appid }: PhoneMessage): Conversation {
  return placement === "chat" ? { kind: "chat", appid } : { kind: "service_notifications" };
}
