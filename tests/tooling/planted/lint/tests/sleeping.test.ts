import { test } from "node:test";
import { createWorld } from "@yici/runtime";

interface Page {
  waitForTimeout(ms: number): Promise<void>;
}

test("a test does not wait for the clock", async () => {
  const page: Page = { waitForTimeout: (ms) => createWorld().sleep(ms) };
  await page.waitForTimeout(1); // expect: eslint(no-restricted-properties)
  setTimeout(() => undefined, Date.now()); // expect: eslint(no-restricted-globals), eslint(no-restricted-properties)
  createWorld().sleep(1); // expect: typescript(no-floating-promises)
});
