import type { BilingualText } from "@yici/protocol";
import type { DeliveryCause, DeliveryState } from "../../deliveries/delivery.ts";

/** What a message's standing means, what may have led to it, and what to do. */
export interface Explanation {
  readonly meaning: BilingualText;
  readonly likelyCauses: readonly BilingualText[];
  readonly nextStep: BilingualText;
}

const NOTHING_TO_DO: BilingualText = { zh: "无需处理。", en: "Nothing to do." };

const ASK_AGAIN: BilingualText = {
  zh: "请此人再打开一次 ask_again 中的链接并确认，然后重新发送。",
  en: "Let the person open a link in ask_again and confirm again, then send anew.",
};

const ASK_BEFORE_RESENDING: BilingualText = {
  zh: "先向此人核实是否已经收到；如仍需发送，请此人再次确认后重新发送。",
  en: "Find out from the person whether it arrived; if it is still needed, let them confirm again and send anew.",
};

const SEND_ANEW: BilingualText = {
  zh: "授权没有用掉；改正后可以重新发送。",
  en: "The grant was not used; correct it and send anew.",
};

const ANSWER_WAS_LOST: BilingualText = {
  zh: "请求发出后没有收到完整的答复：网络中断、超时，或对方返回了非 JSON 的内容。",
  en: "A request left and no whole answer came back: the network broke, it took too long, or the reply was not JSON.",
};

const PLATFORM_WAS_BUSY: BilingualText = {
  zh: "平台回答 -1（系统繁忙）或我们不认识的代码。",
  en: "The platform answered -1 (busy) or a code we do not know.",
};

/** Standings that are not an end, by state. */
export const PENDING_EXPLANATIONS: Readonly<
  Record<"scheduled" | "waiting" | "queued" | "sending", Explanation>
> = {
  scheduled: {
    meaning: {
      zh: "已接受，到 send_at 才发送；授权已为它保留。",
      en: "Accepted, to be sent at send_at; its grant is set aside.",
    },
    likelyCauses: [],
    nextStep: NOTHING_TO_DO,
  },
  waiting: {
    meaning: {
      zh: "在等此人确认；确认后自动发送。",
      en: "Waiting for the person to confirm; it goes out once they do.",
    },
    likelyCauses: [],
    nextStep: {
      zh: "把 ask_again 中的链接给此人。",
      en: "Give the person a link in ask_again.",
    },
  },
  queued: {
    meaning: { zh: "在队列中，即将发送。", en: "In the queue, about to be sent." },
    likelyCauses: [],
    nextStep: NOTHING_TO_DO,
  },
  sending: {
    meaning: { zh: "请求正在发往微信。", en: "A request to WeChat is under way." },
    likelyCauses: [],
    nextStep: NOTHING_TO_DO,
  },
};

/** A message in the queue that was tried before. */
export const RETRYING: Explanation = {
  meaning: {
    zh: "之前的尝试没有成功，到时会再试；每次尝试见 attempts。",
    en: "An earlier attempt did not succeed; it will be tried again. See attempts.",
  },
  likelyCauses: [],
  nextStep: NOTHING_TO_DO,
};

/** A message whose account stands still. */
export const PAUSED: Explanation = {
  meaning: {
    zh: "整个账号已暂停发送，原因见 pause；消息和授权都保留着。",
    en: "The whole account stands still, see pause; the message and its grant are kept.",
  },
  likelyCauses: [],
  nextStep: {
    zh: "排除 pause 所说的原因，然后 POST …/resume；有 until 的会到时自动恢复。",
    en: "Mend what pause names, then POST …/resume; with an until it goes on by itself.",
  },
};

/** Ends, by their cause. */
export const END_EXPLANATIONS: Readonly<Record<DeliveryCause, Explanation>> = {
  answered_ok: {
    meaning: {
      zh: "微信回答 0，已收下这条消息；授权已用掉。",
      en: "WeChat answered 0 and took the message; its grant is spent.",
    },
    likelyCauses: [],
    nextStep: {
      zh: "要发下一条，请此人再次确认，或使用另一个 scene。",
      en: "For another message let the person confirm again, or use another scene.",
    },
  },
  grant_refused: {
    meaning: {
      zh: "微信回答 43101：平台上没有可用的授权，消息没有发出。",
      en: "WeChat answered 43101: on its side there is no grant to use. The message did not go out.",
    },
    likelyCauses: [
      {
        zh: "授权已被别的系统或另一个环境用同一个 appid 发送时用掉。",
        en: "Another system or environment sent under the same appid and used the grant.",
      },
      {
        zh: "回调里的 openid 不是真正点确认的那个人（依据低于 identified 时无法排除）。",
        en: "The openid of the callback is not the person who confirmed, which evidence below identified cannot rule out.",
      },
      {
        zh: "此人后来在微信里关闭了接收。",
        en: "The person has since switched such messages off in WeChat.",
      },
      {
        zh: "template_id 不是确认时用的那一个。",
        en: "The template_id is not the one the person confirmed.",
      },
    ],
    nextStep: ASK_AGAIN,
  },
  recipient_gone: {
    meaning: {
      zh: "微信不认识这个 openid，消息没有发出。",
      en: "WeChat does not know this openid. The message did not go out.",
    },
    likelyCauses: [
      {
        zh: "openid 属于另一个 appid。",
        en: "The openid belongs to another appid.",
      },
    ],
    nextStep: {
      zh: "核对 openid 的来源；它必须来自同一个 appid 的回调。",
      en: "Check where the openid comes from: it must be from a callback of the same appid.",
    },
  },
  recipient_refused: {
    meaning: {
      zh: "微信拒绝发给此人，消息没有发出；授权仍在。",
      en: "WeChat refuses to deliver to this person. The message did not go out; the grant stands.",
    },
    likelyCauses: [
      {
        zh: "此人在账号的黑名单中，或关闭了接收。",
        en: "The person is on the account's blacklist, or has switched messages off.",
      },
    ],
    nextStep: {
      zh: "解除黑名单或请此人打开接收，然后重新发送。",
      en: "Take the person off the blacklist or let them switch messages on, then send anew.",
    },
  },
  message_refused: {
    meaning: {
      zh: "微信拒绝了消息的内容，消息没有发出；授权仍在。",
      en: "WeChat refuses what the message says. It did not go out; the grant stands.",
    },
    likelyCauses: [
      {
        zh: "errcode 说明是哪一部分：标题、内容、跳转地址或小程序。",
        en: "The errcode tells which part: title, content, the url, or the mini-program.",
      },
    ],
    nextStep: SEND_ANEW,
  },
  refused_in_doubt: {
    meaning: {
      zh: "一次尝试没有确定的答复，再试时被拒绝：可能第一次已经送达。",
      en: "One attempt got no certain answer and the next was refused: the first may have been delivered.",
    },
    likelyCauses: [ANSWER_WAS_LOST, PLATFORM_WAS_BUSY],
    nextStep: ASK_BEFORE_RESENDING,
  },
  stopped_in_doubt: {
    meaning: {
      zh: "一次尝试没有确定的答复，而您要求有疑问时停止（when_in_doubt: stop）。",
      en: "One attempt got no certain answer, and you asked to stop in doubt (when_in_doubt: stop).",
    },
    likelyCauses: [ANSWER_WAS_LOST],
    nextStep: ASK_BEFORE_RESENDING,
  },
  confirmation_heard: {
    meaning: {
      zh: "一次尝试没有确定的答复，之后此人又确认了一次；再试可能重复送达，所以停止。",
      en: "One attempt got no certain answer, and then the person confirmed again; trying on could deliver twice, so it stopped.",
    },
    likelyCauses: [ANSWER_WAS_LOST],
    nextStep: {
      zh: "新的授权已经可用；核实此人没有收到后可以重新发送。",
      en: "A new grant is there; send anew once you know that nothing arrived.",
    },
  },
  doubt_window_closed: {
    meaning: {
      zh: "一次尝试没有确定的答复，能安全重试的时间已过。",
      en: "One attempt got no certain answer, and the time in which trying again is safe has passed.",
    },
    likelyCauses: [ANSWER_WAS_LOST],
    nextStep: ASK_BEFORE_RESENDING,
  },
  out_of_attempts: {
    meaning: {
      zh: "尝试次数用完，仍没有成功。",
      en: "Every attempt allowed was made, without success.",
    },
    likelyCauses: [
      {
        zh: "连不上平台：DNS、防火墙或代理设置。",
        en: "The platform cannot be reached: DNS, a firewall, or the proxy setting.",
      },
      PLATFORM_WAS_BUSY,
    ],
    nextStep: {
      zh: "查看 attempts 中的原因；恢复连接后重新发送。",
      en: "See the reasons in attempts; send anew once the connection works.",
    },
  },
  deadline_passed: {
    meaning: { zh: "到了 deadline 仍没有结果。", en: "The deadline passed first." },
    likelyCauses: [
      {
        zh: "一直没有等到确认、账号处于暂停、或连不上平台。",
        en: "No confirmation came, the account stood still, or the platform could not be reached.",
      },
    ],
    nextStep: {
      zh: "如仍需发送，请用更晚的 deadline 重新发送。",
      en: "If it is still needed, send anew with a later deadline.",
    },
  },
  cancelled: {
    meaning: {
      zh: "已按您的要求取消，没有发出；授权已放回。",
      en: "Cancelled as you asked; it did not go out, and its grant is free again.",
    },
    likelyCauses: [],
    nextStep: NOTHING_TO_DO,
  },
};

/** An end whose cause is not on record. */
export const UNNAMED_END: Explanation = {
  meaning: { zh: "投递已结束。", en: "The delivery has ended." },
  likelyCauses: [],
  nextStep: { zh: "查看 attempts。", en: "See attempts." },
};

/** Whether a state is one of those that lead on. */
export function isPending(state: DeliveryState): state is keyof typeof PENDING_EXPLANATIONS {
  return Object.hasOwn(PENDING_EXPLANATIONS, state);
}
