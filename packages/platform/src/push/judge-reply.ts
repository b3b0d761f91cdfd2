import { type BilingualText, decryptPush, verifyPush } from "@yici/protocol";
import { parseFlatXml } from "./flat-xml.ts";
import type { PushTarget } from "./push-target.ts";

/** Whether a receiver's answer ends a push, and what it said, in words. */
export interface ReplyVerdict {
  readonly isAccepted: boolean;
  readonly why: BilingualText;
}

/** Judges what a receiver answered with status 200: `success`, nothing, or a reply in the target's mode (facts 9.2). */
export function judgeReply(target: PushTarget, text: string): ReplyVerdict {
  const answer = text.trim();
  if (answer === "") return accepted("对方答了空内容", "the answer was empty");
  if (answer === "success") return accepted("对方答 success", "the answer was success");
  const members = readMembers(answer);
  if (members === undefined) {
    return refused(
      "对方答的不是 success、空内容或回复",
      "the answer was neither success nor empty nor a reply",
    );
  }
  return members["Encrypt"] === undefined ? judgePlain(target) : judgeEncrypted(target, members);
}

type Members = Readonly<Record<string, string>>;

function readMembers(answer: string): Members | undefined {
  return answer.startsWith("{") ? readJson(answer) : parseFlatXml(answer);
}

function readJson(answer: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === "object" && value !== null ? stringify(value) : undefined;
  } catch {
    return undefined;
  }
}

function stringify(value: object): Members {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
}

function judgePlain({ mode }: PushTarget): ReplyVerdict {
  return mode === "safe"
    ? refused("安全模式下的回复必须加密", "in safe mode a reply must be encrypted")
    : accepted(
        "对方答了一条明文回复，本平台不显示它",
        "the answer was a plain reply, which this platform does not show",
      );
}

/** During a rotation the developer may still encrypt with the key before. */
function judgeEncrypted(target: PushTarget, members: Members): ReplyVerdict {
  const { Encrypt: encrypted = "", MsgSignature = "", TimeStamp = "", Nonce = "" } = members;
  const { appid, token, previousEncodingAesKey: previous } = target;
  if (!verifyPush(MsgSignature, { token, timestamp: TimeStamp, nonce: Nonce, encrypted })) {
    return refused("加密回复的 MsgSignature 不对", "the encrypted reply's MsgSignature is wrong");
  }
  if (canDecrypt(encrypted, target.encodingAesKey, appid)) {
    return accepted(
      "对方答了一条加密回复，本平台不显示它",
      "the answer was an encrypted reply, which this platform does not show",
    );
  }
  return previous !== undefined && canDecrypt(encrypted, previous, appid)
    ? accepted(
        "对方答了一条用上一个 EncodingAESKey 加密的回复",
        "the answer was a reply encrypted with the previous EncodingAESKey",
      )
    : refused(
        "加密回复用 EncodingAESKey 解不开",
        "the encrypted reply does not open with the EncodingAESKey",
      );
}

function canDecrypt(encrypted: string, encodingAesKey: string, appid: string): boolean {
  return decryptPush(encrypted, { encodingAesKey, appid }).kind === "decrypted";
}

function accepted(zh: string, en: string): ReplyVerdict {
  return { isAccepted: true, why: { zh, en } };
}

function refused(zh: string, en: string): ReplyVerdict {
  return { isAccepted: false, why: { zh, en } };
}
