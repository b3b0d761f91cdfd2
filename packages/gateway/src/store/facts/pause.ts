import type { AppId, EpochMs } from "@yici/protocol";
import {
  type AccountState,
  withPause,
  withoutPause,
  type Pause,
} from "../../deliveries/account-state.ts";
import { AccountStates } from "./account-states.ts";
import type { FactContext } from "./fact-context.ts";

/** Stops an account's deliveries, in its one row. */
export function pauseAccount(context: FactContext, appid: AppId, pause: Pause, now: EpochMs): void {
  changeState(context, appid, now, (state) => withPause(state, pause, now));
}

/** Sets an account's deliveries going again, whatever stopped them. */
export function resumeAccount(context: FactContext, appid: AppId, now: EpochMs): void {
  changeState(context, appid, now, (state) => withoutPause(state, now));
  context.noteDue();
}

function changeState(
  context: FactContext,
  appid: AppId,
  now: EpochMs,
  change: (state: AccountState) => AccountState,
): void {
  const accounts = new AccountStates(context);
  accounts.change(change(accounts.find(appid)));
  accounts.save(now);
}
