import type { Grant } from "../grants/grant.ts";
import type { MessageSummary } from "./ledger.ts";

/** Names a grant's place in `listGrants`. */
export function grantCursor({ openid, scene, generation }: Grant): string {
  return `${openid}.${scene}.${generation}`;
}

/** Names a message's place in `listMessages`. */
export function messageCursor({ message }: MessageSummary): string {
  return message.messageId;
}
