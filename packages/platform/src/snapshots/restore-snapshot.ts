import type { MovableWorld } from "@yici/runtime";
import { MIGRATIONS } from "../store/migrations.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { CLOCK_SETTING } from "../store/settings.ts";
import { readSnapshot } from "./read-snapshot.ts";

/**
 * Puts a snapshot in the place of everything there is, in one commit. A clock that is behind the snapshot's is put forward
 * to it, so that what was recorded lies in the past. Throws `ControlError` and changes nothing when the value is no
 * snapshot that can be used.
 */
export async function restoreSnapshot(
  store: PlatformStore,
  value: unknown,
  world: MovableWorld,
): Promise<void> {
  const snapshot = readSnapshot(value, MIGRATIONS, world);
  const behindMs = Math.max(snapshot.at - world.now(), 0);
  await store.commit(() => {
    store.restore(snapshot);
    store.settings.put(CLOCK_SETTING, String(world.advancedMs() + behindMs));
  });
  world.advance(behindMs);
}
