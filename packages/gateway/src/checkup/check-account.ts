import { isPaused } from "../deliveries/account-state.ts";
import type { AccountState, Pause } from "../deliveries/account-state.ts";
import type { AccountRecord } from "../store/records.ts";
import { type CheckResult, tellOf } from "./check-result.ts";
import type { CheckupGround } from "./checkup-ground.ts";

/** Whether the account's deliveries go on. */
export async function checkAccount(
  { store, world }: CheckupGround,
  { appid }: AccountRecord,
): Promise<CheckResult> {
  const state = await store.findAccountState(appid);
  if (state.pause !== undefined && isPaused(state, world.now())) {
    return describePause(state, state.pause);
  }
  const { breaker } = state;
  if (breaker.opening === undefined) {
    return tellOf("account", appid).ok("正常发送", "Deliveries go on");
  }
  return tellOf("account", appid).warn(
    {
      zh: `连续 ${breaker.troubles} 次发送遇到平台故障，暂缓发送，稍后自动试探`,
      en: `${breaker.troubles} sends in a row met trouble of the platform's; they are kept back, and it is tried again by itself`,
    },
    {
      zh: "检查到微信的网络；不想等就运行 yici accounts resume",
      en: "Check the network to WeChat; yici accounts resume does not wait",
    },
  );
}

function describePause({ appid }: AccountState, pause: Pause): CheckResult {
  const errcode = pause.errcode === undefined ? "" : ` ${pause.errcode}`;
  const why = `${pause.reason}${errcode} ${pause.detail}`.trim();
  const tell = tellOf("account", appid);
  const text = { zh: `已暂停：${why}`, en: `Paused: ${why}` };
  return pause.until === undefined
    ? tell.fail(text, {
        zh: `排除原因后运行 yici accounts resume ${appid}`,
        en: `Mend the cause, then run yici accounts resume ${appid}`,
      })
    : tell.warn(text, {
        zh: `到 ${new Date(pause.until).toISOString()} 自动恢复`,
        en: `It goes on by itself at ${new Date(pause.until).toISOString()}`,
      });
}
