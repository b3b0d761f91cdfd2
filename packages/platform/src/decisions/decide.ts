import {
  type AuthorizeParameters,
  buildCallbackLocation,
  type CallbackAction,
} from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { LinkJudge } from "../confirm/confirm-facts.ts";
import { openLink } from "../confirm/open-link.ts";
import type { Slot } from "../grants/ledger.ts";
import type { Person } from "../people/person.ts";
import { readGrantLifeMs } from "../readings/readings.ts";
import type { Decision } from "./decision.ts";

/** A person's answer to the question of a link. */
export interface Answer {
  readonly link: AuthorizeParameters;
  /** Of the browser that asks; `undefined` when none does. */
  readonly userAgent: string | undefined;
  readonly person: Person;
  readonly action: CallbackAction;
}

/**
 * Carries out a decision, inside a commit: the link passes its checks again, a confirmation opens a grant, and the person is
 * sent back. Cancelling leaves the ledger as it is, unless it is read as revoking.
 */
export function decide(judge: LinkJudge, answer: Answer, now: EpochMs): Decision {
  const opened = openLink(judge, answer);
  if (opened.kind === "refused") return opened;
  const { readings } = judge.conduct;
  const { account, scene, redirectUrl, reserved } = opened;
  const openid = answer.person.openids[account.appid];
  if (openid === undefined) throw new TypeError("everybody has an openid under every account");
  record(judge, { action: answer.action, slot: { appid: account.appid, openid, scene } }, now);
  return {
    kind: "redirected",
    location: buildCallbackLocation(
      {
        redirectUrl,
        action: answer.action,
        openid,
        templateId: account.templateId,
        reserved: reserved ?? (readings.absentReserved === "empty" ? "" : undefined),
        scene,
      },
      { fragment: readings.fragment, path: readings.callbackPath },
    ),
  };
}

function record(
  { store, conduct: { readings } }: LinkJudge,
  { action, slot }: { readonly action: CallbackAction; readonly slot: Slot },
  now: EpochMs,
): void {
  if (action === "confirm") store.ledger.confirm(slot, now, readGrantLifeMs(readings.grantLife));
  else if (readings.cancel === "revoke") store.ledger.revoke(slot, now);
}
