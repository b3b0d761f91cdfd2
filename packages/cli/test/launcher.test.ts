import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../bin", import.meta.url));

/** Both ways to go on in another Node: in the same process, and in a child. */
const WAYS: readonly (readonly [way: string, canReplace: boolean])[] = [
  ["in the same process", true],
  ["in a child", false],
];

test("in a clone the launcher runs the sources", () => {
  const { status, stdout } = spawnSync(process.execPath, [join(BIN, "yici.js"), "--version"], {
    encoding: "utf8",
  });

  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("a reader that stops reading is no error", async () => {
  const child = spawn(process.execPath, [join(BIN, "yici.js"), "--help"]);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  child.stdout.destroy();

  const [code] = (await once(child, "exit")) as [number];

  assert.deepEqual({ code, errors }, { code: 0, errors: "" });
});

test("an old Node outside a clone gets a sentence in both languages and nothing runs", (t) => {
  const place = makePlace(t, { isClone: false });

  const { status, stdout, stderr } = launch(place, { canReplace: true });

  assert.deepEqual({ status, stdout }, { status: 6, stdout: "" });
  assert.match(stderr, /需要 Node\.js 24[^]*18\.19\.0[^]*needs Node\.js 24 or newer/);
});

test("an old Node in a clone without the pinned one is told to run npm ci", (t) => {
  const place = makePlace(t, { isClone: true });

  const { status, stderr } = launch(place, { canReplace: true });

  assert.equal(status, 6);
  assert.match(stderr, /npm ci/);
});

for (const [way, canReplace] of WAYS) {
  test(`an old Node in a clone goes on ${way} as the pinned one, with the arguments as they were`, (t) => {
    const place = makePlace(t, { isClone: true, pinned: 'printf "%s\\n" "$@"\nexit 7\n' });

    const { status, stdout } = launch(place, { canReplace });

    const given = stdout.trimEnd().split("\n");
    assert.equal(status, 7);
    assert.ok(given.includes("--conditions=@yici/source"));
    assert.deepEqual(given.slice(-2), ["send", "two words"]);
  });

  test(`Node is told to be sparing with memory ${way}, and what the user has said holds`, (t) => {
    const pinned = 'printf "%s\\n" "$MALLOC_ARENA_MAX" "$@"\n';
    const place = makePlace(t, { isClone: true, pinned });

    const sparing = launch(place, { canReplace });
    const asTold = launch(place, {
      canReplace,
      flags: ["--initial-old-space-size=64"],
      env: { MALLOC_ARENA_MAX: "4" },
    });

    const [arenas, ...given] = sparing.stdout.trimEnd().split("\n");
    assert.equal(arenas, "2");
    assert.ok(given.includes("--initial-old-space-size=32"));
    const [arenasAsTold, ...givenAsTold] = asTold.stdout.trimEnd().split("\n");
    assert.equal(arenasAsTold, "4");
    // Of a flag that is given twice Node takes the last.
    const sizes = givenAsTold.filter((flag) => flag.startsWith("--initial-old-space-size="));
    assert.equal(sizes.at(-1), "--initial-old-space-size=64");
  });

  test(`an end by a signal is passed on, ${way}`, (t) => {
    const place = makePlace(t, { isClone: true, pinned: "kill -KILL $$\n" });

    const { signal } = launch(place, { canReplace });

    assert.equal(signal, "SIGKILL");
  });

  test(`a signal reaches what was started, ${way}`, async (t) => {
    const script = `process.on("SIGTERM", () => process.exit(3)); process.stdin.resume(); console.log("ready");`;
    const pinned = `exec "${process.execPath}" -e '${script}'\n`;
    const place = makePlace(t, { isClone: true, pinned });
    const child = start(place, { canReplace });
    t.after(() => child.kill("SIGKILL"));
    assert.ok(child.stdout);
    await once(child.stdout, "data");

    child.kill("SIGTERM");

    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 3);
  });
}

interface Place {
  readonly launcher: string;
  /** Makes the Node that runs it believe that it is old. */
  readonly ages: Readonly<Record<"replacing" | "spawning", string>>;
}

function makePlace(
  t: TestContext,
  { isClone, pinned }: { readonly isClone: boolean; readonly pinned?: string },
): Place {
  const root = mkdtempSync(join(tmpdir(), "yici-launcher-"));
  t.after(() => rmSync(root, { recursive: true }));
  const home = join(root, "packages/cli");
  cpSync(BIN, join(home, "bin"), { recursive: true });
  if (isClone) mkdirSync(join(home, "src"));
  if (pinned !== undefined) {
    const node = join(root, "node_modules/node/bin/node");
    mkdirSync(join(root, "node_modules/node/bin"), { recursive: true });
    writeFileSync(node, `#!/bin/sh\n${pinned}`);
    chmodSync(node, 0o755);
  }
  const age = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.0" } });`;
  const ages = { replacing: join(root, "old.cjs"), spawning: join(root, "older.cjs") };
  writeFileSync(ages.replacing, age);
  writeFileSync(ages.spawning, `${age}\ndelete process.execve;`);
  return { launcher: join(home, "bin/yici.js"), ages };
}

interface Way {
  readonly canReplace: boolean;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function buildArguments(
  { launcher, ages }: Place,
  { canReplace, flags = [] }: Way,
): readonly string[] {
  const age = canReplace ? ages.replacing : ages.spawning;
  return ["--require", age, ...flags, launcher, "send", "two words"];
}

function launch(place: Place, way: Way): SpawnSyncReturns<string> {
  const env = { ...process.env, ...way.env };
  return spawnSync(process.execPath, buildArguments(place, way), { encoding: "utf8", env });
}

function start(place: Place, way: Way): ChildProcess {
  return spawn(process.execPath, buildArguments(place, way), {
    stdio: ["pipe", "pipe", "inherit"],
  });
}
