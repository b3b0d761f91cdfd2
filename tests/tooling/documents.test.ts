import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { WORK_TREE } from "./plant-tree.ts";

const DOCUMENTS = ["*.md", "docs/**/*.md", "packages/*/*.md", "examples/**/*.md"];

test("a link in a document leads to a file or a heading that is there", () => {
  const links = listDocuments().flatMap(listLinks);

  const broken = links.filter(({ from, to }) => !leadsSomewhere(from, to));

  assert.ok(links.length > 20);
  assert.deepEqual(broken, []);
});

test("a path that a document names is there", () => {
  const paths = listDocuments().flatMap(listPaths);

  const missing = paths.filter(({ to }) => !existsSync(join(WORK_TREE, to)));

  assert.ok(paths.length > 20);
  assert.deepEqual(missing, []);
});

const IS_FROM_ROOT = /^(?:packages|tests|tools|docs)\//;

interface Mention {
  readonly from: string;
  readonly to: string;
}

function listDocuments(): readonly string[] {
  return globSync(DOCUMENTS, { cwd: WORK_TREE, exclude: ["**/node_modules/**"] });
}

/** Links within the work tree: their target as it is written. */
function listLinks(from: string): readonly Mention[] {
  const targets = read(from).matchAll(/\]\((?!https?:)([^)\s]+)\)/g);
  return [...targets].map(([, to = ""]) => ({ from, to }));
}

function leadsSomewhere(from: string, to: string): boolean {
  const [file = "", heading] = to.split("#");
  const target = file === "" ? from : join(dirname(from), file);
  if (!existsSync(join(WORK_TREE, target))) return false;
  return heading === undefined || listHeadings(target).includes(heading);
}

/** As GitHub names them. */
function listHeadings(document: string): readonly string[] {
  return [...read(document).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Paths in code marks, without those that hold something to be filled in; from the root of the work tree; `gateway/src/…` stands for `packages/gateway/src/…`. */
function listPaths(from: string): readonly Mention[] {
  const named = read(from).matchAll(
    /`((?:(?:packages|tests|tools|docs)\/|(?:protocol|runtime|gateway|platform|cli)\/src\/)[\w./-]*)`/g,
  );
  return [...named]
    .map(([, path = ""]) => path)
    .filter((path) => !/[A-Z]{4}/.test(path))
    .map((path) => ({ from, to: IS_FROM_ROOT.test(path) ? path : `packages/${path}` }));
}

function read(document: string): string {
  return readFileSync(join(WORK_TREE, document), "utf8");
}
