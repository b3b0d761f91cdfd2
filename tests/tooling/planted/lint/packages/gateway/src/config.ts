/** The one file of a package that reads the environment. */
export function readPort(): string | undefined {
  return process.env["YICI_PUBLIC_PORT"];
}
