import type { AppId, BilingualText } from "@yici/protocol";
import type { EpochMs, World } from "@yici/runtime";
import type { AccountEvent } from "../push/account-event.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";

/** One call under `/cgi-bin`, read completely. */
export interface WireCall {
  readonly method: string;
  /** Its path. */
  readonly endpoint: string;
  /** Its query without `?`. */
  readonly rawQuery: string;
  readonly body: string;
  /** Whether it came by https. */
  readonly isSecure: boolean;
  /** Where it came from. */
  readonly clientIp: string;
  readonly at: EpochMs;
  /** Its id, as it stands in the text of a refusal. */
  readonly rid: string;
}

/** What a call is answered, and what the journal tells of it. */
export interface WireAnswer {
  readonly errcode: number;
  readonly errmsg: string;
  /** The reply, when it is not the plain `{"errcode":…,"errmsg":…}`. */
  readonly body?: string;
  /** Whose call it was. */
  readonly appid?: AppId | undefined;
  readonly openid?: string | undefined;
  readonly scene?: number | undefined;
  /** The token it came with, which the journal keeps as a fingerprint. */
  readonly token?: string | undefined;
  /** Why it was refused. */
  readonly why?: BilingualText | undefined;
  /** The message that it put on a phone: that is its entry in the journal. */
  readonly messageId?: number | undefined;
  /** The person whose phone shows something new. */
  readonly changed?: string | undefined;
  /** What the account's server is told of it. */
  readonly event?: AccountEvent | undefined;
}

/** A path and what is served there. */
export type WireRoute = readonly [path: string, endpoint: WireEndpoint];

/** A path under `/cgi-bin`. */
export interface WireEndpoint {
  /** Whose call this is, as far as the call itself tells. */
  findAppid(store: PlatformStore, call: Pick<WireCall, "rawQuery" | "body">): string | undefined;
  /** Decides and does, inside a commit. */
  process(
    store: PlatformStore,
    call: WireCall,
    world: Pick<World, "randomBytes">,
    conduct: Conduct,
  ): WireAnswer;
}
