import type { BilingualText } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";
import type { Grant } from "../grants/grant.ts";
import type { Ledger, Slot } from "../grants/ledger.ts";
import { explain, type Refusal } from "../wire/refusal.ts";
import type { SendFacts } from "./send-facts.ts";

/** 43101: the code that everybody meets and that never says why. The journal does. */
const NO_GRANT = 43101;

/** How many other scenes are named at most. */
const SCENES_NAMED_MAX = 10;

/** Why no grant is open for this account, person and scene. */
export function explainMissingGrant(slot: Slot, { store, call }: SendFacts): Refusal {
  const { scene } = slot;
  const grant = store.ledger.find(slot, call.at);
  const others = explainOtherScenes(store.ledger, slot, call.at);
  if (grant === undefined) {
    return {
      errcode: NO_GRANT,
      why: {
        zh: `此人从未在场景 ${scene} 下确认接收。${others.zh}`,
        en: `This person never confirmed under scene ${scene}.${others.en}`,
      },
    };
  }
  const { endedAt, why } = explainEnd(grant);
  return explain(NO_GRANT, endedAt, [`${why.zh}${others.zh}`, `${why.en}${others.en}`]);
}

/** How a grant that is not open ended; `{at}` in the text stands for when. */
function explainEnd(grant: Grant): { readonly endedAt: number; readonly why: BilingualText } {
  const { scene, messageId, spentAt = 0, revokedAt = 0, expiresAt = 0 } = grant;
  switch (grant.state) {
    case "revoked":
      return {
        endedAt: revokedAt,
        why: {
          zh: `场景 ${scene} 的授权已于 {at} 被此人在确认页上取消，要再发须再次确认。`,
          en: `The grant of scene ${scene} was revoked at {at}, when the person cancelled on the confirm page; a message needs another confirmation.`,
        },
      };
    case "expired":
      return {
        endedAt: expiresAt,
        why: {
          zh: `场景 ${scene} 的授权已于 {at} 过期，要再发须再次确认。`,
          en: `The grant of scene ${scene} expired at {at}; a message needs another confirmation.`,
        },
      };
    default:
      return {
        endedAt: spentAt,
        why: {
          zh: `场景 ${scene} 的授权已于 {at} 用掉（消息 ${messageId}），要再发须再次确认。`,
          en: `The grant of scene ${scene} was spent at {at} by message ${messageId}; another needs another confirmation.`,
        },
      };
  }
}

function explainOtherScenes(ledger: Ledger, { appid, openid }: Slot, now: EpochMs): BilingualText {
  const scenes = ledger.listOpenScenes(appid, openid, { now, limit: SCENES_NAMED_MAX });
  if (scenes.length === 0) return { zh: "", en: "" };
  return {
    zh: `仍有授权的场景：${scenes.join("、")}。`,
    en: ` Grants are open under these scenes: ${scenes.join(", ")}.`,
  };
}
