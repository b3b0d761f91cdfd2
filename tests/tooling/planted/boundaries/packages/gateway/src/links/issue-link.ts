import { sign } from "@yici/protocol";
import { now } from "@yici/runtime";
import { isLive } from "../grants/grant.ts";
import type { Store } from "../store/store.ts";

export function issueLink(store: Store): boolean {
  return isLive(now(), sign("link").length, store);
}
