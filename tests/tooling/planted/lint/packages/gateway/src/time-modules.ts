import { performance as clock } from "node:perf_hooks"; // expect: eslint(no-restricted-imports)

export const reading = clock.now();
