import type { EpochMs } from "@yici/runtime";

/** WeChat's own days begin at midnight in China, all the year round. */
const CHINA_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const WEEKDAYS = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"] as const;

/** The day and the time of a message as a chat shows them, such as `14:05`, `昨天 14:05` or `2026年1月3日 14:05`. */
export function formatMessageTime(at: EpochMs, now: EpochMs): string {
  const { year, month, day, weekday, clock, daysAgo } = readChinaTime(at, now);
  if (daysAgo === 0) return clock;
  if (daysAgo === 1) return `昨天 ${clock}`;
  if (daysAgo > 1 && daysAgo < 7) return `${weekday} ${clock}`;
  return `${year}年${month}月${day}日 ${clock}`;
}

/** The same as a chat list shows it: the time of today, else the day alone. */
export function formatListTime(at: EpochMs, now: EpochMs): string {
  const { year, month, day, weekday, clock, daysAgo } = readChinaTime(at, now);
  if (daysAgo === 0) return clock;
  if (daysAgo === 1) return "昨天";
  if (daysAgo > 1 && daysAgo < 7) return weekday;
  return `${year}/${month}/${day}`;
}

function readChinaTime(at: EpochMs, now: EpochMs) {
  const china = new Date(at + CHINA_OFFSET_MS);
  return {
    year: china.getUTCFullYear(),
    month: china.getUTCMonth() + 1,
    day: china.getUTCDate(),
    weekday: WEEKDAYS[china.getUTCDay()] ?? "",
    clock: china.toISOString().slice(11, 16),
    daysAgo: countChinaDays(now) - countChinaDays(at),
  };
}

function countChinaDays(at: EpochMs): number {
  return Math.floor((at + CHINA_OFFSET_MS) / DAY_MS);
}
