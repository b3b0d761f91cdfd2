export async function load(): Promise<unknown> {
  return await import("node:sqlite"); // expect: sqlite-driver-in-one-folder
}
