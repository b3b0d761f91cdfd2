import type { World } from "@yici/runtime";
import type { StoreExamination } from "../store/store-examination.ts";
import type { Store } from "../store/store.ts";
import type { TokenSources } from "../wechat/token-sources.ts";
import type { WechatClient } from "../wechat/wechat-client.ts";

/** What a check-up stands on. */
export interface CheckupGround {
  readonly store: Pick<
    Store,
    "findSetting" | "findNextDueAt" | "listAccounts" | "findAccountState"
  >;
  readonly world: Pick<World, "now" | "monotonic" | "dispatcher">;
  readonly tokens: Pick<TokenSources, "of">;
  readonly client: Pick<WechatClient, "askQuota">;
  /** Looks at the database itself. */
  readonly examineStore: () => Promise<StoreExamination>;
}

/** How long one question to another server may take. */
export const CHECK_MS = 5_000;

/** Clocks that differ by more than this are worth a word; leases and signed links bear several times as much. */
export const CLOCK_SKEW_MAX_MS = 5_000;
