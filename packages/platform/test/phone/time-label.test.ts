import assert from "node:assert/strict";
import { test } from "node:test";
import { formatListTime, formatMessageTime } from "../../src/phone/time-label.ts";

/** An instant by China's clock. */
function china(text: string): number {
  return Date.parse(`${text}+08:00`);
}

/** A Thursday. */
const NOW = china("2026-01-15T09:30:00");

test("a message's time is as exact as it needs to be, by China's clock", () => {
  for (const [at, inChat, inList] of [
    ["2026-01-15T00:00:00", "00:00", "00:00"],
    ["2026-01-15T09:30:00", "09:30", "09:30"],
    ["2026-01-14T23:59:00", "昨天 23:59", "昨天"],
    ["2026-01-13T08:05:00", "星期二 08:05", "星期二"],
    ["2026-01-09T08:05:00", "星期五 08:05", "星期五"],
    ["2026-01-08T23:59:00", "2026年1月8日 23:59", "2026/1/8"],
    ["2025-12-31T23:59:00", "2025年12月31日 23:59", "2025/12/31"],
  ] as const) {
    assert.equal(formatMessageTime(china(at), NOW), inChat);
    assert.equal(formatListTime(china(at), NOW), inList);
  }
});

test("a message from ahead of the clock shows its date", () => {
  assert.equal(formatListTime(china("2026-01-16T00:00:00"), NOW), "2026/1/16");
});
