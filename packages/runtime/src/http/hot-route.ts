import type { DoorReply } from "./door-reply.ts";
import type { PlainHead, PlainRequest } from "./plain-request.ts";

/** A kind of request that comes so often that it is answered at the door. */
export interface HotRoute {
  /** Whether it answers such a request, at this moment. */
  isFor(head: PlainHead): boolean;
  /** Answers as the server behind the door would. `remoteAddress` is empty when the other side has gone. Should not reject. */
  answer(request: PlainRequest, remoteAddress: string): Promise<DoorReply>;
}
