import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

/** The root of this work tree. */
export const WORK_TREE = join(import.meta.dirname, "..", "..");

export interface PlantedTree {
  /** A folder of `tests/tooling/planted`; an empty tree when absent. */
  readonly name?: string;
  /** Files and folders of this work tree that the planted one needs. */
  readonly files?: readonly string[];
}

/**
 * Copies what `tree` names into a folder of its own, which goes when the test ends, and returns its path. Rules are bound to paths: what is planted must lie where the real thing would.
 */
export function plantTree(t: TestContext, tree: PlantedTree): string {
  const root = mkdtempSync(join(tmpdir(), "yici-planted-"));
  t.after(() => rmSync(root, { recursive: true }));
  if (tree.name !== undefined) {
    cpSync(join(import.meta.dirname, "planted", tree.name), root, { recursive: true });
  }
  for (const file of tree.files ?? []) {
    cpSync(join(WORK_TREE, file), join(root, file), { recursive: true });
  }
  return root;
}

/** Lets the tree at `root` import what this work tree has installed, its own packages included. */
export function linkInstalled(root: string): void {
  symlinkSync(join(WORK_TREE, "node_modules"), join(root, "node_modules"));
}

/** Writes one more file into the tree at `root`. */
export function plantFile(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
