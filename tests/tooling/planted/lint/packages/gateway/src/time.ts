export const readings = [
  Date.now(), // expect: eslint(no-restricted-properties)
  Date["now"](), // expect: eslint(no-restricted-properties)
  new Date(), // expect: world(no-current-date)
  Date(), // expect: world(no-current-date)
  performance.now(), // expect: eslint(no-restricted-globals)
  process.hrtime.bigint(), // expect: eslint(no-restricted-properties)
  process.uptime(), // expect: eslint(no-restricted-properties)
];

const { now } = Date; // expect: eslint(no-restricted-properties)

export function show(instant: number): string {
  return `${now()} ${new Date(instant).toISOString()}`;
}
