import type { DeliveryState } from "@yici/gateway";
import type { GrantJson } from "../gateway-json.ts";

/** The Chinese beside each state of a message. */
const MESSAGE_STATES: Readonly<Record<DeliveryState, string>> = {
  scheduled: "未到时间",
  waiting: "等待授权",
  queued: "排队",
  sending: "发送中",
  delivered: "已送达",
  uncertain: "不确定",
  rejected: "被拒绝",
  abandoned: "已放弃",
  cancelled: "已取消",
  expired: "已过期",
};

/** The Chinese beside each state of a grant. */
const GRANT_STATES: Readonly<Record<GrantJson["state"], string>> = {
  available: "可用",
  held: "已占用",
  spent: "已用掉",
  void: "已作废",
};

/** A message's state in both languages. */
export function nameMessageState(state: DeliveryState): string {
  return `${MESSAGE_STATES[state]} ${state}`;
}

/** A grant's state in both languages. */
export function nameGrantState(state: GrantJson["state"]): string {
  return `${GRANT_STATES[state]} ${state}`;
}
