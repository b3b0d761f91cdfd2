import type { BilingualText } from "@yici/protocol";
import type { DeliveryCause } from "../../deliveries/delivery.ts";

/** The rule that settled a delivery, by its cause; docs and ARCHITECTURE.md tell the same at length. */
export const RULES: Readonly<Record<DeliveryCause, BilingualText>> = {
  answered_ok: {
    zh: "只有 errcode 0 才算送达，无论多晚",
    en: "Errcode 0 is delivered, however late, and nothing else is",
  },
  grant_refused: {
    zh: "没有存疑的发送得到 43101：授权作废，消息被拒",
    en: "43101 while nothing is in doubt: the grant is void, the message rejected",
  },
  recipient_gone: {
    zh: "没有存疑时微信不认识此人：授权作废，消息被拒",
    en: "WeChat does not know the person, and nothing is in doubt: the grant is void, the message rejected",
  },
  recipient_refused: {
    zh: "没有存疑时微信不肯送给此人：授权放回，消息被拒",
    en: "WeChat does not deliver to this person, and nothing is in doubt: the grant is released, the message rejected",
  },
  message_refused: {
    zh: "没有存疑时微信拒绝消息内容：授权放回，消息被拒",
    en: "WeChat refuses what the message says, and nothing is in doubt: the grant is released, the message rejected",
  },
  refused_in_doubt: {
    zh: "有过存疑的发送，之后的拒绝证明不了什么：结果不确定，授权作废",
    en: "After a send in doubt a refusal proves nothing: uncertain, and the grant is void",
  },
  stopped_in_doubt: {
    zh: "when_in_doubt 为 stop：没有得到回答的发送不再重试",
    en: "Under when_in_doubt stop an unanswered send is not tried again",
  },
  confirmation_heard: {
    zh: "存疑期间此人又确认了：不再重试，以免用掉新的授权",
    en: "The person confirmed again while a send was in doubt: no more tries, or the new grant might be used",
  },
  doubt_window_closed: {
    zh: "没有得到回答的发送只在存疑窗口内重试",
    en: "An unanswered send is tried again only within the doubt window",
  },
  out_of_attempts: {
    zh: "计数的尝试用完了",
    en: "The attempts that count are used up",
  },
  deadline_passed: {
    zh: "每条消息都有期限",
    en: "Every message has a deadline",
  },
  cancelled: {
    zh: "没有发出、也没有存疑的消息可以取消",
    en: "A message that no attempt can have sent may be cancelled",
  },
};
