import type { BilingualText } from "@yici/protocol";

/** How a command can end. */
export type Exit = keyof typeof EXIT_TABLE;

interface ExitRow {
  readonly code: number;
  readonly meaning: BilingualText;
}

/** Every exit code of every command; `--help` and docs/reference/cli.md print this table. */
export const EXIT_TABLE = {
  done: {
    code: 0,
    meaning: { zh: "完成", en: "done" },
  },
  refused: {
    code: 1,
    meaning: {
      zh: "被拒绝或失败：没有授权、消息被拒、找不到、密钥无效",
      en: "refused or failed: no grant, message rejected, not found, key not valid",
    },
  },
  usage: {
    code: 2,
    meaning: {
      zh: "用法或配置有误，什么都没有做",
      en: "wrong usage or configuration; nothing was done",
    },
  },
  unreachable: {
    code: 3,
    meaning: {
      zh: "连不上网关，或不知道它的地址和密钥",
      en: "the gateway cannot be reached, or its address or key is not known",
    },
  },
  uncertain: {
    code: 4,
    meaning: {
      zh: "结果不确定：消息可能已经送达，不要直接重发",
      en: "uncertain: the message may have been delivered; do not simply send it again",
    },
  },
  pending: {
    code: 5,
    meaning: {
      zh: "已受理，但等待时间内还没有结果",
      en: "accepted, but no outcome yet within the waiting time",
    },
  },
  notStarted: {
    code: 6,
    meaning: {
      zh: "没有启动：端口被占用、数据正被另一个进程使用、Node.js 太旧",
      en: "not started: a port is taken, the data is in use by another process, Node.js is too old",
    },
  },
  internal: {
    code: 70,
    meaning: {
      zh: "yici 自身的错误（请用 --verbose 查看并报告）",
      en: "an error in yici itself (see it with --verbose, and report it)",
    },
  },
  interrupted: {
    code: 130,
    meaning: {
      zh: "第二次 Ctrl-C：不等清理，立即结束",
      en: "a second Ctrl-C: ended at once, without waiting for the clean stop",
    },
  },
} as const satisfies Readonly<Record<string, ExitRow>>;
