import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { installPacked, PACKAGES, run, WORK_TREE } from "./packed-app.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

const MANIFESTS = PACKAGES.map(readManifest);

const app = mkdtempSync(join(tmpdir(), "yici-packed-"));
before(() => installPacked(app));
after(() => rmSync(app, { recursive: true, force: true }));

for (const { name } of MANIFESTS) {
  test(`${name} as packed can be imported`, async () => {
    const script = `console.log(Object.keys(await import("${name}")).length)`;

    const { code, out, err } = await run(app, "node", "--input-type=module", "--eval", script);

    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.ok(Number(out) > 0);
  });

  test(`${name} as packed holds what was built, its licence, and no source`, () => {
    const root = join(app, "node_modules", name);

    const files = globSync("**/*", { cwd: root, exclude: ["node_modules"] });

    assert.ok(files.includes("LICENSE"));
    assert.ok(files.includes(join("dist", "index.js")));
    assert.ok(files.includes(join("dist", "index.d.ts")));
    assert.deepEqual(files.filter(isForeign), []);
  });
}

test("a stranger's TypeScript compiles against the packed types", async () => {
  const uses = MANIFESTS.map(({ name }, index) => `export * as p${index} from "${name}";`);
  writeFileSync(join(app, "stranger.ts"), `${uses.join("\n")}\n`);
  const compiler = join(WORK_TREE, "node_modules", ".bin", "tsc");
  const types = join(WORK_TREE, "node_modules", "@types");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024"];

  const { code, out } = await run(
    app,
    compiler,
    ...flags,
    "--types",
    "node",
    "--typeRoots",
    types,
    "stranger.ts",
  );

  assert.deepEqual({ code, out }, { code: 0, out: "" });
});

test("what a package does not export cannot be imported", async () => {
  const script = 'await import("@yici/protocol/dist/index.js")';

  const { code, err } = await run(app, "node", "--input-type=module", "--eval", script);

  assert.equal(code, 1);
  assert.match(err, /ERR_PACKAGE_PATH_NOT_EXPORTED/u);
});

test("npx yici --version prints the package's version", async () => {
  const { code, out } = await run(app, "npx", "yici", "--version");

  assert.deepEqual({ code, out }, { code: 0, out: `${readManifest("cli").version}\n` });
});

test("npx yici --help names the commands", async () => {
  const { code, out } = await run(app, "npx", "yici", "--help");

  assert.equal(code, 0);
  assert.match(out, /\bdev\b/u);
  assert.match(out, /\bgateway\b/u);
  assert.match(out, /\bplatform\b/u);
});

test("an unknown command fails, and says so on the error stream alone", async () => {
  const { code, out, err } = await run(app, "npx", "yici", "nonsense");

  assert.notEqual(code, 0);
  assert.equal(out, "");
  assert.match(err, /nonsense/u);
});

test("an unknown option fails", async () => {
  const { code, err } = await run(app, "npx", "yici", "platform", "--nonsense");

  assert.notEqual(code, 0);
  assert.match(err, /--nonsense/u);
});

test("a command that needs a gateway fails where there is none, and says so", async () => {
  const { code, out, err } = await run(app, "npx", "yici", "grants");

  assert.equal(code, 3);
  assert.equal(out, "");
  assert.match(err, /gateway/u);
});

test("yici dev as packed starts, is found by the other commands, and stops", async (t) => {
  const dev = spawn(join(app, "node_modules", ".bin", "yici"), ["dev", "--json", "--port", "0"], {
    cwd: app,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => dev.kill("SIGKILL"));
  const ended = once(dev, "close");
  const ready = JSON.parse(await firstLine(dev.stdout)) as { readonly url: string };

  const grants = await run(app, "npx", "yici", "grants", "--json");
  dev.kill("SIGINT");

  assert.ok(URL.canParse(ready.url));
  assert.equal(grants.code, 0);
  assert.deepEqual((JSON.parse(grants.out) as { readonly items: unknown }).items, []);
  assert.deepEqual(await ended, [0, null]);
});

async function firstLine(stream: Readable): Promise<string> {
  const first = await createInterface(stream)[Symbol.asyncIterator]().next();
  if (first.done === true) throw new Error("it ended without a line");
  return first.value;
}

function readManifest(folder: string): Manifest {
  const file = join(WORK_TREE, "packages", folder, "package.json");
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

/** Anything of a package that a stranger has no use for: sources, tests, the configuration of our tools. */
function isForeign(file: string): boolean {
  if (/(?<!\.d)\.ts$/u.test(file)) return true;
  const [top = ""] = file.split(/[/\\]/u);
  return !["bin", "dist", "LICENSE", "README.md", "package.json"].includes(top);
}
