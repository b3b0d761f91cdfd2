import { type BilingualText, signPush } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { openAnswerSlot } from "./answer-slot.ts";
import { type Exchange, exchange } from "./exchange.ts";
import type { PushTarget } from "./push-target.ts";

/** Asks a URL whether it belongs to who knows the token (facts 9.1). Answers why it is refused, or `undefined`. */
export async function verifyUrl(
  world: World,
  { url, token }: Pick<PushTarget, "url" | "token">,
  stopping: AbortSignal,
): Promise<BilingualText | undefined> {
  const timestamp = String(Math.floor(world.now() / 1_000));
  const nonce = String(world.randomBytes(4).readUInt32BE());
  const echostr = String(world.randomBytes(8).readBigUInt64BE());
  const signature = signPush(token, timestamp, nonce);
  const query = new URLSearchParams({ signature, timestamp, nonce, echostr });
  const slot = openAnswerSlot(world, stopping);
  const answer = await exchange(world, { url, query }, slot.deadline);
  slot.close();
  return findObjection(answer, echostr);
}

function findObjection(answer: Exchange, echostr: string): BilingualText | undefined {
  if (answer.kind === "failed") return answer.why;
  if (answer.status !== 200) {
    return {
      zh: `对方答了 HTTP ${answer.status}，应为 200`,
      en: `it answered HTTP ${answer.status} instead of 200`,
    };
  }
  return answer.text === echostr ? undefined : NOT_ECHOSTR;
}

const NOT_ECHOSTR: BilingualText = {
  zh: "对方答的不是 echostr 本身：正文必须与它完全相同，前后没有别的字符",
  en: "the answer is not echostr itself: the body must be exactly that, with nothing before or after it",
};
