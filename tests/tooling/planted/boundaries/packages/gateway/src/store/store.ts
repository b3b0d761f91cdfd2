import type { attempt } from "../deliveries/attempt.ts";
import { isLive } from "../grants/grant.ts";

export interface Store {
  readonly isLive: typeof isLive;
  readonly attempt: typeof attempt;
}
