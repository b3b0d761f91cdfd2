import type { TestContext } from "node:test";
import { type Platform, startPlatform } from "@yici/platform";

/** A platform with the demo account, until the test ends. */
export async function startDemo(t: TestContext): Promise<Platform> {
  const platform = await startPlatform({ demo: true });
  t.after(() => platform.stop());
  return platform;
}
