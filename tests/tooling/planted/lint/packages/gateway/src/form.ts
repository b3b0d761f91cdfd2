export * from "./limits.ts"; // expect: oxc(no-barrel-file)

export function first(texts: readonly string[], counts: Map<string, number>): number {
  console.log("told on the side"); // expect: eslint(no-console)
  /* TODO: this one is not done. */ // expect: eslint(no-warning-comments)
  /* @ts-expect-error: not outside of tests */ // expect: typescript(ban-ts-comment)
  const wrong: number = "one";
  return wrong + counts.get(texts[0]!)!; // expect: typescript(no-non-null-assertion) ×2
}

// expect: typescript(no-explicit-any)
export function read(text: string): any {
  const parsed: string = JSON.parse(text); // expect: typescript(no-unsafe-assignment)
  return parsed;
}

export default first; // expect: import(no-default-export)
