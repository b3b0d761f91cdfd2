import {
  type LenientSendFields,
  type ParsedSendBody,
  parseScene,
  parseSendBody,
  type Scene,
} from "@yici/protocol";
import type { Account } from "../accounts/account.ts";
import type { Recipient } from "../people/people.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { findAccessToken } from "../tokens/find-access-token.ts";
import type { IssuedToken } from "../tokens/issued-token.ts";
import type { WireCall } from "../wire/wire-call.ts";

/** All that is known when a message is to be sent; what the call lacks, or names wrongly, is `undefined`. */
export interface SendFacts {
  readonly call: WireCall;
  readonly store: PlatformStore;
  readonly conduct: Conduct;
  readonly token: string | undefined;
  readonly issued: IssuedToken | undefined;
  readonly body: ParsedSendBody;
  /** Of a body that could not be read, every field is absent. */
  readonly fields: LenientSendFields;
  /** The account of the token. */
  readonly account: Account | undefined;
  /** Who is called `touser` under this account. */
  readonly recipient: Recipient | undefined;
  readonly scene: Scene | undefined;
}

/** Gathers them, in one pass over the store. */
export function gatherSendFacts(store: PlatformStore, call: WireCall, conduct: Conduct): SendFacts {
  const token = findAccessToken(call.rawQuery);
  const issued = token === undefined ? undefined : store.tokens.find(token);
  const account = issued && store.accounts.find(issued.appid);
  const body = parseSendBody(call.body);
  const fields = body.kind === "parsed" ? body.fields : NO_FIELDS;
  const scene = fields.scene === undefined ? undefined : parseScene(fields.scene);
  const recipient =
    account && fields.touser !== undefined
      ? store.people.findRecipient(account.appid, fields.touser)
      : undefined;
  return { call, store, conduct, token, issued, body, fields, account, recipient, scene };
}

const NO_FIELDS: LenientSendFields = {
  touser: undefined,
  templateId: undefined,
  url: undefined,
  miniprogram: undefined,
  scene: undefined,
  title: undefined,
  content: undefined,
  color: undefined,
  dataKeys: [],
};
