import { createWorld } from "@yici/runtime";
import { answer, pause } from "./promised.ts";

const world = createWorld();

export async function forget(): Promise<void> {
  await pause();
  // The promise crosses the boundary of a package: the linter must know its type from there.
  world.sleep(1); // expect: typescript(no-floating-promises)
  pause(); // expect: typescript(no-floating-promises)
  await answer(1); // expect: typescript(await-thenable)
}

export function misuse(texts: readonly string[]): void {
  // expect: typescript(no-misused-promises)
  texts.forEach(async () => {
    await pause();
  });
}
