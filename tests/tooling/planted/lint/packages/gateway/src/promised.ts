/** What an honest file looks like: nothing here breaks a rule. */
export async function pause(): Promise<void> {
  await Promise.resolve();
}

export function answer(number: number): number {
  return number;
}
