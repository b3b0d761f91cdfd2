import type { ENGINE_LIMITS, POSTGRES_LIMITS, RetryPolicy, TOKEN_LIMITS } from "@yici/gateway";
import type { BilingualText } from "@yici/protocol";

type Meanings<Name extends PropertyKey> = Readonly<Record<Name, BilingualText>>;

/** What each number of the delivery policy means; pauses and the refusal alarm have tables of their own. */
export const POLICY_MEANINGS: Meanings<
  Exclude<keyof RetryPolicy, "pauses" | "otherPause" | "tokenPause" | "refusalAlarm" | "breaker">
> = {
  attemptsMax: {
    zh: "一条消息最多几次计数的尝试",
    en: "Counted attempts of one message",
  },
  backoffBaseMs: {
    zh: "重试前等待 0 至 base × 2^(n−1) 之间的随机时间（full jitter）",
    en: "A retry waits a random time between 0 and base × 2^(n−1): full jitter",
  },
  backoffMaxMs: { zh: "重试最长的等待", en: "The longest wait before a retry" },
  leaseMs: { zh: "进程认领一批消息的时限", en: "How long a process's claim to deliveries lasts" },
  leaseMaxMs: { zh: "认领时限的上限", en: "The longest claim there can be" },
  doubtWindowMs: {
    zh: "没有得到回答的发送在这段时间内还可重试",
    en: "How long after an unanswered send its message may be tried again",
  },
  deadlineMs: {
    zh: "没有给出 deadline 时，到期后多久内仍发送",
    en: "How long after it is due a message may still be sent, where no deadline is named",
  },
  tokenFaultsMax: {
    zh: "令牌连续几次被拒就算账号的问题",
    en: "Refused tokens in a row that blame the account",
  },
  quotaWatchMs: {
    zh: "配额用完的账号多久问一次微信是否又有配额",
    en: "How often WeChat is asked whether an account without quota has some again",
  },
  rateBurstMs: {
    zh: "每秒限速之下，一次最多连发这段时间的量",
    en: "Under a limit of sends a second, so much time's worth may go at once",
  },
  crowdedMs: {
    zh: "同时发送数已满时多久后再试",
    en: "How long a send waits that found the limit in flight reached",
  },
  waitingMax: {
    zh: "一个人的一个场景最多几条消息等待授权",
    en: "Messages that may wait for a grant of one slot",
  },
  idempotencyLifeMs: {
    zh: "Idempotency-Key 记住多久",
    en: "How long an accepted Idempotency-Key is remembered",
  },
  nonceLifeMs: { zh: "用过的回调凭据记住多久", en: "How long a used nonce is remembered" },
  eventLifeMs: { zh: "事件保留多久", en: "How long events are kept" },
  messageLifeMs: {
    zh: "已结束的消息及其尝试保留多久",
    en: "How long ended messages are kept, with their attempts",
  },
  slotHistoryMax: {
    zh: "每个人每个场景保留最近几代授权、几次确认",
    en: "Generations and confirmations kept of one slot, the newest",
  },
  pruneEveryMs: { zh: "多久清理一次旧数据", en: "How often old rows are looked for" },
  pruneMax: { zh: "一次最多清理几行", en: "Rows of one table that go at once" },
};

/** What each number of the breaker means. */
export const BREAKER_MEANINGS: Meanings<keyof RetryPolicy["breaker"]> = {
  troublesMax: {
    zh: "连续几次遇到平台故障就熔断",
    en: "Sends in a row that met trouble, from which on it is open",
  },
  openMs: { zh: "第一次断开多久，此后每次加倍", en: "How long it opens, doubled each time" },
  openMaxMs: { zh: "最长断开多久", en: "The longest it opens" },
  tryMs: {
    zh: "一次试探最多挡住后面多久",
    en: "How long one send that tries the platform keeps the next one back",
  },
};

/** What each number of the 43101 alarm means. */
export const ALARM_MEANINGS: Meanings<Exclude<keyof RetryPolicy["refusalAlarm"], "pause">> = {
  windowMs: { zh: "统计的时间窗口", en: "The window that is counted" },
  attemptsMin: {
    zh: "窗口内至少多少次首次发送才算数",
    en: "First attempts within it before the share means anything",
  },
  shareMax: {
    zh: "被拒比例超过它就暂停账号",
    en: "The share of refusals that pauses the account when passed",
  },
};

/** What each number of the engine means. */
export const ENGINE_MEANINGS: Meanings<keyof typeof ENGINE_LIMITS> = {
  connections: { zh: "一个进程同时发送几条", en: "Sends in flight at once in one process" },
  accountConnections: {
    zh: "其中一个账号最多几条",
    en: "Of these, for one account",
  },
  leasedMax: { zh: "一个账号一次最多认领几条", en: "Deliveries leased at once for one account" },
  lanesMax: { zh: "同时服务几个账号", en: "Accounts served at once; others take turns" },
  dueAccountsMax: { zh: "一轮最多看几个账号", en: "Accounts looked at for one turn" },
  sendMs: {
    zh: "一次发送最长多久，含等待连接",
    en: "How long one send may take, waiting for a connection included",
  },
  leaseMarginMs: {
    zh: "发送须在认领到期前这么久结束",
    en: "A send is over this long before its lease ends",
  },
  sweepMax: { zh: "一次清扫最多处理几条", en: "Deliveries that one sweep changes at most" },
  busyMs: { zh: "忙时至多多久看一次时间", en: "How often at most time is looked at while busy" },
  idleMs: { zh: "闲时至少多久看一次时间", en: "How often at least time is looked at while idle" },
  failureBaseMs: { zh: "数据库出错后最短的等待", en: "The shortest wait after a store's failure" },
  failureMaxMs: { zh: "数据库出错后最长的等待", en: "The longest wait after a store's failure" },
  pausedMs: {
    zh: "没有令牌的账号多久后再看",
    en: "How long an account without a token is left alone",
  },
  graceMs: {
    zh: "停止时等待正在发送的消息多久",
    en: "How long what is in flight may take when the gateway stops",
  },
  farewellMs: {
    zh: "此后最后的记录最多多久",
    en: "How long the last settlements may take after that",
  },
};

/** What each number about tokens means. */
export const TOKEN_MEANINGS: Meanings<keyof typeof TOKEN_LIMITS> = {
  askMs: { zh: "取一次令牌最长多久", en: "How long one question for a token may take" },
  waitMs: {
    zh: "别的进程在取令牌时，多久看一次结果",
    en: "How often it is looked whether the process that asks for a token has it",
  },
  refreshAheadMs: { zh: "到期前多久换新", en: "How long before its end a token is replaced" },
  failureBaseMs: { zh: "取令牌失败后最短的等待", en: "The shortest wait after a failed question" },
  failureMaxMs: { zh: "取令牌失败后最长的等待", en: "The longest wait after a failed question" },
  componentSpareMs: {
    zh: "第三方平台令牌到期前多久不再用",
    en: "A component's own token is not used for so long before its end",
  },
};

/** What each number about PostgreSQL means. */
export const POSTGRES_MEANINGS: Meanings<keyof typeof POSTGRES_LIMITS> = {
  connectionsMax: { zh: "连接数上限", en: "Connections at most, beside the one that listens" },
  connectSeconds: { zh: "建立连接最长多少秒", en: "Seconds that connecting may take" },
  idleSeconds: { zh: "闲置多少秒后断开", en: "Seconds after which an idle connection is let go" },
  answerMs: {
    zh: "等一个连接或单条语句的回答多久",
    en: "how long a connection, or the answer to a single statement, is waited for",
  },
  halfMs: {
    zh: "等半个事务的回答多久，比服务器允许的更长",
    en: "how long half a transaction is waited for: longer than the server lets it take",
  },
  statementMs: { zh: "一条语句最长多久", en: "How long one statement may take" },
  lockMs: { zh: "等锁最长多久", en: "How long a lock is waited for" },
  idleTransactionMs: {
    zh: "事务最长停顿多久",
    en: "How long a transaction may stand still",
  },
  migrationMs: {
    zh: "最长等别的进程升级多久",
    en: "How long the migrations of another process are waited for",
  },
  batchMax: { zh: "一个事务最多几件事", en: "Facts in one transaction" },
  collisionsMax: { zh: "冲突的批次最多重试几次", en: "Tries of a batch that met another one" },
  noticeIdsMax: { zh: "一次通知最多带几个编号", en: "Message ids in one notice" },
  pollMs: {
    zh: "多久主动查看一次",
    en: "How often the database is looked at, in case a notice was lost",
  },
  pollDeafMs: {
    zh: "没有通知时多久查看一次",
    en: "How often it is looked at where there are no notices",
  },
  accountLifeMs: {
    zh: "公开端最长多久才看到别的进程对账号的修改",
    en: "How long the public side may take an account for what it was before",
  },
  sweepAccountsMax: { zh: "一次清扫最多看几个账号", en: "Accounts that one sweep looks at" },
  pruneAccountsMax: {
    zh: "一次清理最多看几个账号",
    en: "Accounts whose old rows are dropped at one time",
  },
  pruneStep: {
    zh: "清理时一次查看的消息数",
    en: "Messages that are looked at together, to see whether they are old",
  },
};
