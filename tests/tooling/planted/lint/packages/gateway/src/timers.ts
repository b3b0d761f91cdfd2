import { clearTimeout as stop } from "node:timers"; // expect: eslint(no-restricted-imports)
import { setTimeout as wait } from "node:timers/promises"; // expect: eslint(no-restricted-imports)

export function startTimers(callback: () => void): readonly unknown[] {
  return [
    setTimeout(callback, 1), // expect: eslint(no-restricted-globals)
    setInterval(callback, 1), // expect: eslint(no-restricted-globals)
    setImmediate(callback), // expect: eslint(no-restricted-globals)
    AbortSignal.timeout(1), // expect: eslint(no-restricted-properties)
    wait,
    stop,
  ];
}
