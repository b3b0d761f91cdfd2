import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Command } from "commander";
import { EXIT_TABLE } from "../src/exit.ts";
import { buildProgram } from "../src/program.ts";

const REFERENCE = readFileSync(new URL("../../../docs/reference/cli.md", import.meta.url), "utf8");

/** Options that the reference describes once, for many commands. */
const SHARED = ["--json", "--verbose", "--data", "--admin-url", "--api-key-file", "--account"];

test("the reference lists the exit codes of the program, in words and number", () => {
  const rows = Object.values(EXIT_TABLE).map(
    ({ code, meaning }) => `| ${code} | ${meaning.zh} ${meaning.en} |`,
  );

  const [, table = ""] = REFERENCE.split("| Code 退出码 | Meaning 含义 |\n| --- | --- |\n");

  assert.deepEqual(table.trim().split("\n"), rows);
});

test("the reference has a section for every command and for no other", () => {
  const documented = [...REFERENCE.matchAll(/^### `yici (.+)`$/gm)].map(([, usage]) =>
    String(usage),
  );

  const known = listCommands().map(({ usage }) => usage);
  assert.deepEqual(new Set(documented), new Set(known));
  assert.equal(documented.length, known.length);
});

for (const { usage, command } of listCommands()) {
  test(`the section of "${usage}" names its options and no other`, () => {
    const [, section = ""] = REFERENCE.split(`### \`yici ${usage}\`\n`);
    const [own = ""] = section.split(/^##/m);

    const documented = [...own.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flags]) => flags);

    const flags = command.options.map((option) => option.flags);
    const isOwn = (text: string): boolean => !SHARED.includes(text.split(" ")[0] ?? "");
    assert.deepEqual(
      documented.filter((text) => isOwn(String(text))),
      flags.filter(isOwn),
    );
  });
}

test("the reference describes the options that commands share", () => {
  const [, shared = ""] = REFERENCE.split("## Options of every command");

  for (const option of SHARED) assert.match(shared, new RegExp(`^\\| \`${option}[ \`]`, "m"));
});

function listCommands(): readonly { readonly usage: string; readonly command: Command }[] {
  const nowhere = { write: () => undefined };
  const program = buildProgram({ stdout: nowhere, stderr: nowhere, env: {} }, () => undefined);
  return program.commands.flatMap((command) => [
    // A group has no options of its own, but for help.
    ...(command.commands.length === 0 || command.options.length > 0 ? [describe(command)] : []),
    ...command.commands.map((leaf) => describe(leaf, `${command.name()} `)),
  ]);
}

function describe(
  command: Command,
  group = "",
): { readonly usage: string; readonly command: Command } {
  const args = command.registeredArguments.map((argument) => ` <${argument.name()}>`);
  return { usage: `${group}${command.name()}${args.join("")}`, command };
}
