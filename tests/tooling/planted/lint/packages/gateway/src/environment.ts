import { env } from "node:process"; // expect: eslint(no-restricted-imports)

export const readings = [
  env,
  process.env, // expect: world(no-environment)
  process["env"], // expect: world(no-environment)
];

const { env: renamed } = process; // expect: world(no-environment)

export function read(name: string): string | undefined {
  return renamed[name];
}
