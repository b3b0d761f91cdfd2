import type { SourceEdit } from "./defects-table.ts";

/** A source with one place of it changed. Throws unless the place is there exactly once. */
export function editSource(source: string, { file, from, to }: SourceEdit): string {
  const parts = source.split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`${file} has ${parts.length - 1} times what a planted defect replaces: ${from}`);
}
