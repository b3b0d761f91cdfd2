import { explain, type Refusal } from "../wire/refusal.ts";
import type { SendFacts } from "./send-facts.ts";

/** 43101: the code that everybody meets and that never says why. The journal does. */
const NO_GRANT = 43101;

/** How many other scenes are named at most. */
const SCENES_NAMED_MAX = 10;

/** Why no grant is open for this account, person and scene. */
export function explainMissingGrant(facts: SendFacts): Refusal {
  const { grant, scene } = facts;
  const others = explainOtherScenes(facts);
  return grant?.spentAt === undefined
    ? {
        errcode: NO_GRANT,
        why: {
          zh: `此人从未在场景 ${scene} 下确认接收。${others.zh}`,
          en: `This person never confirmed under scene ${scene}.${others.en}`,
        },
      }
    : explain(NO_GRANT, grant.spentAt, [
        `场景 ${scene} 的授权已于 {at} 用掉（消息 ${grant.messageId}），要再发须再次确认。${others.zh}`,
        `The grant of scene ${scene} was spent at {at} by message ${grant.messageId}; another needs another confirmation.${others.en}`,
      ]);
}

function explainOtherScenes({ store, account, recipient }: SendFacts): Refusal["why"] {
  const scenes =
    account === undefined || recipient === undefined
      ? []
      : store.ledger.listOpenScenes(account.appid, recipient.openid, SCENES_NAMED_MAX);
  if (scenes.length === 0) return { zh: "", en: "" };
  return {
    zh: `仍有授权的场景：${scenes.join("、")}。`,
    en: ` Grants are open under these scenes: ${scenes.join(", ")}.`,
  };
}
