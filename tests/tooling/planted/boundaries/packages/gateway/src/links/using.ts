export async function load(open: () => AsyncDisposable): Promise<unknown> {
  await using opened = open();
  const { DatabaseSync } = await import("node:sqlite"); // expect: sqlite-driver-in-one-folder
  return [opened, DatabaseSync];
}

export async function loadUsing(): Promise<void> {
  await using opened = (await import("../http/listen.ts")).open(); // expect: gateway-edges-are-edges
}
