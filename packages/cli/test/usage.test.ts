import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { EXIT_TABLE } from "../src/exit.ts";
import { runYici } from "./run-yici.ts";

test("the version is the package's own", async () => {
  const { code, out } = await runYici(["--version"]);

  const path = new URL("../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { readonly version: string };
  assert.deepEqual({ code, out }, { code: 0, out: `${version}\n` });
});

test("help lists every command and every exit code", async () => {
  const { code, out } = await runYici(["--help"]);

  assert.equal(code, 0);
  for (const name of [
    "dev",
    "gateway",
    "platform",
    "links",
    "send",
    "grants",
    "messages",
    "keys",
  ]) {
    assert.match(out, new RegExp(`^  ${name}\\b`, "m"));
  }
  for (const exit of Object.values(EXIT_TABLE)) {
    assert.match(out, new RegExp(`^  ${exit.code}\\s.*${exit.meaning.zh}`, "m"));
  }
});

const MISTAKES: readonly (readonly [what: string, argv: readonly string[], words: RegExp])[] = [
  ["an unknown command", ["nonsense"], /没有这个命令[^]*nonsense/],
  ["an unknown option", ["grants", "--nonsense"], /没有这个选项[^]*--nonsense/],
  ["a missing option", ["send", "--scene", "1"], /缺少必需的选项[^]*--to/],
  ["a missing value", ["links", "add", "--scene"], /选项缺少值[^]*--scene/],
  ["a missing argument", ["messages", "show"], /缺少参数[^]*id/],
  ["a superfluous argument", ["grants", "more"], /参数太多/],
  ["a scene out of range", ["links", "add", "--scene", "10001"], /0 至 10000/],
  ["a scene that is no number", ["links", "add", "--scene", "1e3"], /0 至 10000/],
  ["a malformed openid", ["grants", "--openid", "a b"], /openid/],
  ["a malformed appid", ["links", "list", "--account", "wx1"], /appid/],
  ["an instant without zone", sendWith("--send-at", "2026-12-01T09:00:00"), /带时区/],
  ["an impossible instant", sendWith("--send-at", "2026-13-01T09:00:00Z"), /带时区/],
  ["a wait that is too long", sendWith("--wait", "3601"), /3600/],
  ["a page that is too large", ["grants", "--limit", "201"], /200/],
  ["a port that is none", ["dev", "--admin-port", "65536"], /65535/],
  ["one port for several listeners", ["dev", "--port", "8170"], /0/],
];

for (const [what, argv, words] of MISTAKES) {
  test(`${what} is a mistake of usage, told in both languages`, async () => {
    const { code, out, err } = await runYici(argv);

    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.match(err, words);
    assert.match(err, /--help/);
    assert.doesNotMatch(err, /^\s+at /m);
  });
}

test("with --json a mistake is one line of JSON on standard output", async () => {
  const { code, out, err } = await runYici(["send", "--json"]);

  const { error } = JSON.parse(out) as { readonly error: Readonly<Record<string, unknown>> };
  assert.deepEqual({ code, err, lines: out.split("\n").length }, { code: 2, err: "", lines: 2 });
  assert.equal(error["code"], "usage");
  assert.equal(error["exit_code"], 2);
});

test("without a command the help is shown, and that is a mistake of usage", async () => {
  const { code, err } = await runYici([]);

  assert.equal(code, 2);
  assert.match(err, /Usage: yici/);
});

test("every mistake of the environment is told at once", async () => {
  const env = { YICI_ADMIN_URL: "ftp://x", YICI_PLATFORM_PORT: "x", YICI_API_KEY_FILE: "/nowhere" };

  const { code, err } = await runYici(["grants"], env);

  assert.equal(code, 2);
  for (const name of Object.keys(env)) assert.match(err, new RegExp(name));
});

function sendWith(...more: readonly string[]): readonly string[] {
  return ["send", "--to", "o1", "--scene", "1", "--title", "t", "--content", "c", ...more];
}
