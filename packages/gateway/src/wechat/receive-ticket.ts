import { decryptPush, parseEncryptedPush, parseTicketPush, verifyPush } from "@yici/protocol";
import type { AppId } from "@yici/protocol";
import { buildSealContext } from "../secrets/seal-context.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { ComponentRecord, Records } from "../store/records.ts";

/** A push as it came. */
export interface IncomingPush {
  /** The component's, by the address. */
  readonly appid: AppId;
  readonly query: URLSearchParams;
  /** XML. */
  readonly body: string;
}

/** What receiving a push stands on. */
export interface PushGround {
  readonly store: Pick<Records, "findComponent" | "saveTicket">;
  readonly sealer: Sealer;
}

/** Keeps the ticket that a push brings. Answers whether the push is genuine: signed and encrypted for this component. */
export async function receiveTicket(push: IncomingPush, ground: PushGround): Promise<boolean> {
  const { store, sealer } = ground;
  const component = await store.findComponent(push.appid);
  const message = component && openPush(push, component, sealer);
  if (message === undefined) return false;
  const ticket = parseTicketPush(message);
  if (ticket !== undefined) {
    await store.saveTicket(push.appid, sealer.seal(ticket, buildSealContext("ticket", push.appid)));
  }
  return true;
}

function openPush(
  { appid, query, body }: IncomingPush,
  { sealedPushToken, sealedPushKey }: ComponentRecord,
  sealer: Sealer,
): string | undefined {
  const encrypted = parseEncryptedPush(body);
  if (encrypted === undefined) return undefined;
  const token = sealer.open(sealedPushToken, buildSealContext("push_token", appid));
  const timestamp = query.get("timestamp") ?? "";
  const nonce = query.get("nonce") ?? "";
  const signature = query.get("msg_signature") ?? "";
  if (!verifyPush(signature, { token, timestamp, nonce, encrypted })) return undefined;
  const encodingAesKey = sealer.open(sealedPushKey, buildSealContext("push_key", appid));
  const opened = decryptPush(encrypted, { encodingAesKey, appid });
  return opened.kind === "decrypted" ? opened.message : undefined;
}
