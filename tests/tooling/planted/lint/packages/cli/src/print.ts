/** The command line is the one place that talks. */
export function print(line: string): void {
  console.log(line);
}
