import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { KnownAccounts } from "../../src/store/known-accounts.ts";
import type { AccountRecord } from "../../src/store/records.ts";
import { APPID, buildAccount } from "./ledger-scene.ts";

const OLD: AccountRecord = { ...buildAccount(APPID, "aaaa"), name: "old" };
const NEW: AccountRecord = { ...OLD, name: "new" };

/** A database of one account that counts how often it is asked. */
class Shelf {
  account: AccountRecord | undefined = OLD;
  readCount = 0;

  readonly read = async (): Promise<AccountRecord | undefined> => {
    this.readCount += 1;
    return this.account;
  };
}

test("an account is read once", async () => {
  const shelf = new Shelf();
  const accounts = new KnownAccounts(shelf.read);

  const found = [await accounts.find("aaaa"), await accounts.find("aaaa")];

  assert.deepEqual(found, [OLD, OLD]);
  assert.equal(shelf.readCount, 1);
});

test("an account that is not there is looked for again", async () => {
  const shelf = new Shelf();
  shelf.account = undefined;
  const accounts = new KnownAccounts(shelf.read);

  const before = await accounts.find("aaaa");
  shelf.account = NEW;
  const after = await accounts.find("aaaa");

  assert.deepEqual([before, after], [undefined, NEW]);
});

test("a change is seen at once, even one that failed, for it may have been written", async () => {
  const shelf = new Shelf();
  const accounts = new KnownAccounts(shelf.read);
  await accounts.find("aaaa");

  const failed = accounts.change(async () => {
    shelf.account = NEW;
    throw new Error("nobody can say whether the commit happened");
  });

  await assert.rejects(failed);
  assert.deepEqual(await accounts.find("aaaa"), NEW);
});

test("what was read before a change ended is not believed after it", async () => {
  const reading = Promise.withResolvers<AccountRecord>();
  const reads = [reading.promise, Promise.resolve(NEW)];
  const accounts = new KnownAccounts(async () => reads.shift());

  const early = accounts.find("aaaa");
  await accounts.change(async () => undefined);
  reading.resolve(OLD);

  assert.deepEqual([await early, await accounts.find("aaaa")], [OLD, NEW]);
});

test("another process's change is seen when the account's life is over", async () => {
  const world = createManualWorld();
  const shelf = new Shelf();
  const accounts = new KnownAccounts(shelf.read, { ms: 1_000, monotonic: () => world.monotonic() });
  await accounts.find("aaaa");
  shelf.account = NEW;

  await world.advance(999);
  const within = await accounts.find("aaaa");
  await world.advance(1);
  const after = await accounts.find("aaaa");

  assert.deepEqual([within, after], [OLD, NEW]);
});

test("of more accounts than are remembered each is found", async () => {
  const accounts = new KnownAccounts(async (code) => buildAccount(APPID, code));
  const codes = Array.from({ length: 10_001 }, (_, index) => String(index));

  for (const code of codes) await accounts.find(code);

  assert.deepEqual(
    [await accounts.find("0"), await accounts.find("10000")].map((account) => account?.code),
    ["0", "10000"],
  );
});
