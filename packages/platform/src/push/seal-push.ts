import { encryptPush, signPush } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { buildFlatXml, type FlatMembers } from "./flat-xml.ts";
import type { PushFormat, PushTarget } from "./push-target.ts";

/** What is pushed. A retry is the same push: its members, by which a receiver knows it again, do not change. */
export interface Push {
  /** What the journal calls it: the event's name. */
  readonly name: string;
  readonly members: FlatMembers;
  /** The member that stands outside of the encryption and says whose push it is. */
  readonly addressee: "ToUserName" | "AppId";
  /** Whom it is about; stands in the query too. */
  readonly openid: string | undefined;
}

/** A push as it travels. */
export interface SealedPush {
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
}

const RANDOM_BYTES = 16;

/** Writes, encrypts and signs a push the way its target asks (facts 9.2). */
export function sealPush(
  target: PushTarget,
  push: Push,
  world: Pick<World, "now" | "randomBytes">,
): SealedPush {
  const timestamp = String(Math.floor(world.now() / 1_000));
  const nonce = String(world.randomBytes(4).readUInt32BE());
  const query = new URLSearchParams({
    signature: signPush(target.token, timestamp, nonce),
    timestamp,
    nonce,
    ...(push.openid !== undefined && { openid: push.openid }),
  });
  const members =
    target.mode === "plain"
      ? push.members
      : encrypt(target, push, world, { query, timestamp, nonce });
  return {
    query,
    contentType: target.format === "xml" ? "text/xml" : "application/json",
    body: write(target.format, members),
  };
}

interface Stamp {
  readonly query: URLSearchParams;
  readonly timestamp: string;
  readonly nonce: string;
}

/** The members of an encrypted push; the query says that it is one. */
function encrypt(
  target: PushTarget,
  { members, addressee }: Push,
  world: Pick<World, "randomBytes">,
  { query, timestamp, nonce }: Stamp,
): FlatMembers {
  const message = write(target.format, members);
  const encrypted = encryptPush(message, world.randomBytes(RANDOM_BYTES), target);
  query.set("encrypt_type", "aes");
  query.set("msg_signature", signPush(target.token, timestamp, nonce, encrypted));
  const outer = target.mode === "compatible" ? members : { [addressee]: members[addressee] ?? "" };
  return { ...outer, Encrypt: encrypted };
}

function write(format: PushFormat, members: FlatMembers): string {
  return format === "xml" ? buildFlatXml(members) : JSON.stringify(members);
}
