import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { examinePostgres } from "../../../src/store/postgres/examine.ts";
import { makePostgresPlace } from "./postgres-places.ts";

test("a server says what it is, what time it is there, and that no commit waits for a standby", async () => {
  const url = await makePostgresPlace().url();

  const examination = await examinePostgres({ url, world: createManualWorld() });

  assert.equal(examination.engine, "postgres");
  assert.match(examination.version ?? "", /^\d+/);
  assert.ok((examination.clockAt ?? 0) > 1_700_000_000_000);
  assert.equal(examination.isStandbySynchronous, false);
});
