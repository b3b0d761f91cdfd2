import {
  type AuthorizeParameters,
  buildCallbackLocation,
  type CallbackAction,
} from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import { openLink } from "../confirm/open-link.ts";
import type { Person } from "../people/person.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { Decision } from "./decision.ts";

/** A person's answer to the question of a link. */
export interface Answer {
  readonly link: AuthorizeParameters;
  readonly person: Person;
  readonly action: CallbackAction;
}

/**
 * Carries out a decision, inside a commit: the link passes its checks again, a confirmation opens a grant, and the person is
 * sent back. Cancelling leaves the ledger as it is.
 */
export function decide(store: PlatformStore, answer: Answer, now: EpochMs): Decision {
  const opened = openLink(store, answer.link);
  if (opened.kind === "refused") return opened;
  const { account, scene, redirectUrl, reserved } = opened;
  const openid = answer.person.openids[account.appid];
  if (openid === undefined) throw new TypeError("everybody has an openid under every account");
  if (answer.action === "confirm") {
    store.ledger.confirm({ appid: account.appid, openid, scene }, now);
  }
  return {
    kind: "redirected",
    location: buildCallbackLocation({
      redirectUrl,
      action: answer.action,
      openid,
      templateId: account.templateId,
      reserved,
      scene,
    }),
  };
}
