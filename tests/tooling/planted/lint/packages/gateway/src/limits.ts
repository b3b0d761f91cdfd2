// expect: eslint(max-params)
export function five(a: number, b: number, c: number, d: number, e: number): number {
  return a + b + c + d + e;
}

export function deep(numbers: readonly number[]): number {
  for (const number of numbers) {
    if (number > 1) {
      while (number > 2) {
        if (number > 3) return number; // expect: eslint(max-depth)
      }
    }
  }
  return 0;
}

// expect: eslint(complexity)
export function branch(number: number): string {
  if (number === 0) return "zero";
  if (number === 1) return "one";
  if (number === 2) return "two";
  if (number === 3) return "three";
  if (number === 4) return "four";
  if (number === 5) return "five";
  if (number === 6) return "six";
  if (number === 7) return "seven";
  if (number === 8) return "eight";
  if (number === 9) return "nine";
  return "many";
}
