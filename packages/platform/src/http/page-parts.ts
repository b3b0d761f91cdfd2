import type { World } from "@yici/runtime";
import type { AccessGate } from "../access/access-gate.ts";
import type { FormGuard } from "../access/form-guard.ts";
import type { Changes } from "../inbox/changes.ts";
import type { Pusher } from "../push/pusher.ts";
import type { Conduct } from "../readings/conduct.ts";
import type { PlatformStore } from "../store/platform-store.ts";

/** What the pages stand on. */
export interface PageParts {
  readonly store: PlatformStore;
  readonly world: World;
  readonly conduct: Conduct;
  readonly gate: AccessGate;
  readonly forms: FormGuard;
  readonly changes: Changes;
  readonly pusher: Pusher;
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
}
