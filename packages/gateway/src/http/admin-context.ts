import type { World } from "@yici/runtime";
import type { RetryPolicy } from "../deliveries/retry-policy.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { StoreExamination } from "../store/store-examination.ts";
import type { Store } from "../store/store.ts";
import type { TokenSources } from "../wechat/token-sources.ts";
import type { WechatClient } from "../wechat/wechat-client.ts";
import type { DeliveryWaiters } from "./delivery-waiters.ts";

/** What the admin side stands on. */
export interface AdminContext {
  readonly store: Store;
  readonly world: World;
  readonly sealer: Sealer;
  readonly waiters: DeliveryWaiters;
  readonly tokens: Pick<TokenSources, "of">;
  readonly client: Pick<WechatClient, "askQuota">;
  /** Looks at the database itself. */
  readonly examineStore: () => Promise<StoreExamination>;
  readonly policy: Pick<RetryPolicy, "deadlineMs">;
  /** Where links and callbacks of an account are reached when it names no address of its own. */
  readonly publicUrl: string;
  /** Whether deliveries are being worked on. */
  readonly isDelivering: () => boolean;
}
