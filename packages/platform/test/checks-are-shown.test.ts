import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { LINK_CHECKS } from "../src/confirm/link-checks.ts";
import { REDIRECT_CHECKS } from "../src/confirm/redirect-checks.ts";
import { OAUTH_CHECKS } from "../src/oauth/oauth-checks.ts";

const FOLDER = new URL(".", import.meta.url);

test("every check of the confirm page and of OAuth is named by a test that fails it, and has a name of its own", () => {
  const tests = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, FOLDER), "utf8"))
    .join("\n");

  for (const checks of [[...LINK_CHECKS, ...REDIRECT_CHECKS], OAUTH_CHECKS]) {
    const names = checks.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      names.filter((name) => !tests.includes(`"${name}"`)),
      [],
    );
  }
});
