import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseScene } from "@yici/protocol";
import { createManualWorld, SqliteFile } from "@yici/runtime";
import type { Delivery } from "../../src/deliveries/delivery.ts";
import { startAttempt } from "../../src/deliveries/start-attempt.ts";
import type { ConfirmationFacts, Grant } from "../../src/grants/grant.ts";
import { holdGrant } from "../../src/messages/accept-message.ts";
import type { Settlement } from "../../src/store/ledger.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { SqliteRows } from "../../src/store/sqlite/sqlite-rows.ts";
import { insertAccount } from "../../src/store/sqlite/tables/accounts.ts";
import { buildDelivery, buildGrant, buildTerms, SLOT } from "../build-facts.ts";
import { buildAccount, known, OK } from "./ledger-scene.ts";

// What a fact writes waits, so that many rows become one statement. Whoever reads a row finds it written all the same.

const { appid } = SLOT;
const NOW = 1_000;
const NOTED: ConfirmationFacts = {
  evidence: "bound",
  browserHash: "browser",
  issuedAt: NOW,
  at: NOW,
};

const MESSAGE = {
  ...buildTerms(),
  content: { title: "title", content: "content" },
  acceptedAt: 1,
  dueAt: 1,
  principal: "shop",
};

/** What an attempt's end makes of the delivery, and whom it has to be seen by before the fact is over. */
const READERS: readonly {
  readonly reader: keyof SqliteRows;
  readonly end: Partial<Delivery>;
  readonly read: (rows: SqliteRows) => unknown;
  readonly found: unknown;
}[] = [
  {
    reader: "findDelivery",
    end: { state: "delivered", settledAt: NOW },
    read: (rows) => rows.findDelivery(appid, "m1")?.delivery.state,
    found: "delivered",
  },
  {
    reader: "findMessage",
    end: { state: "delivered", settledAt: NOW },
    read: (rows) => rows.findMessage(appid, "m1")?.delivery.state,
    found: "delivered",
  },
  {
    reader: "listDue",
    end: { state: "queued", dueAt: NOW },
    read: (rows) => rows.listDue(appid, NOW, 9).map(({ delivery }) => delivery.attemptNumber),
    found: [1],
  },
  {
    reader: "listClosed",
    end: { state: "queued", dueAt: NOW, closesAt: NOW },
    read: (rows) => rows.listClosed(appid, NOW, 9),
    found: ["m1"],
  },
  {
    reader: "countWaiting",
    end: { state: "waiting", generation: undefined },
    read: (rows) => rows.countWaiting(SLOT),
    found: 1,
  },
  {
    reader: "findWaiting",
    end: { state: "waiting", generation: undefined },
    read: (rows) => rows.findWaiting(SLOT, () => true)?.terms.messageId,
    found: "m1",
  },
  {
    reader: "findAttempt",
    end: { state: "delivered", settledAt: NOW },
    read: (rows) => rows.findAttempt(appid, "m1", 1)?.outcome,
    found: OK,
  },
  {
    reader: "listAttempts",
    end: { state: "delivered", settledAt: NOW },
    read: (rows) => rows.listAttempts(appid, "m1").map(({ outcome }) => outcome),
    found: [OK],
  },
];

/** What waits to be written, each by itself. */
const WRITES: readonly {
  readonly what: string;
  readonly write: (scene: RowsScene, sending: Delivery) => void;
}[] = [
  { what: "an attempt's end", write: (scene) => scene.answerAttempt() },
  {
    what: "a delivery's end",
    write: (scene, sending) => scene.endAttempt(sending, { state: "delivered", settledAt: NOW }),
  },
  {
    what: "a grant's change",
    write: ({ rows }) => {
      rows.updateGrant({ ...known(rows.findGrant(SLOT, 1)), state: "spent" });
    },
  },
  { what: "a grant's use", write: (scene) => void scene.use({ state: "spent" }) },
  { what: "a new grant", write: ({ rows }) => rows.insertGrant(buildGrant({ generation: 2 })) },
];

describe("SQLite's rows inside one fact", () => {
  for (const { reader, end, read, found } of READERS) {
    test(`${reader} sees what an attempt's end has just made of its delivery`, () => {
      using scene = new RowsScene();
      const { rows } = scene;
      const sending = scene.send();

      scene.endAttempt(sending, end);

      assert.deepEqual(read(rows), found);
    });
  }

  for (const reader of ["findGrant", "loadSlot"] as const) {
    test(`${reader} sees what a send has just made of its grant`, () => {
      using scene = new RowsScene();
      scene.send();
      const spent = scene.use({ state: "spent" });

      const found =
        reader === "findGrant" ? scene.rows.findGrant(SLOT, 1) : scene.rows.loadSlot(SLOT).grant;

      assert.deepEqual(found, spent);
    });
  }

  test("a grant that changes once more after its use was noted stands as it was changed last", () => {
    using scene = new RowsScene();
    const { rows } = scene;
    scene.send();
    const used = scene.use({ noted: NOTED });

    rows.updateGrant({ ...used, noted: undefined });
    rows.endFact();

    assert.deepEqual(rows.findGrant(SLOT, 1), { ...used, noted: undefined });
    assert.equal(rows.loadSlot(SLOT).usedAt, NOW);
  });

  test("a grant of which more changes than its use is written whole", () => {
    using scene = new RowsScene();
    const { rows } = scene;
    scene.send();

    const changed = scene.use({ state: "spent", evidence: "identified", isMaybeSpent: true });

    rows.endFact();
    assert.deepEqual(rows.findGrant(SLOT, 1), changed);
    assert.equal(rows.loadSlot(SLOT).usedAt, NOW);
  });

  test("the use of a slot's grant that is noted earlier than another one takes nothing from it", () => {
    using scene = new RowsScene();
    const { rows } = scene;
    scene.send();
    rows.saveUse(SLOT, NOW + 1);

    scene.use({ state: "spent" });

    assert.equal(rows.loadSlot(SLOT).usedAt, NOW + 1);
  });

  test("a grant that was read beforehand and changed since is found as it is", () => {
    using scene = new RowsScene();
    const { rows } = scene;
    scene.send();
    rows.foresee([scene.settlement]);
    const held = known(scene.findHeld());

    rows.updateGrant({ ...held, isMaybeSpent: true });

    assert.equal(scene.findHeld()?.isMaybeSpent, true);
  });

  test("a grant that was read beforehand and changed by who had it from elsewhere is found as it is", () => {
    using scene = new RowsScene();
    const { rows } = scene;
    scene.send();
    const held = known(scene.findHeld());
    rows.endFact();
    rows.foresee([scene.settlement]);

    rows.updateGrant({ ...held, isMaybeSpent: true });

    assert.equal(scene.findHeld()?.isMaybeSpent, true);
  });

  test("a grant that was read beforehand and dropped since is not found", () => {
    using scene = new RowsScene();
    const { rows } = scene;
    scene.send();
    rows.foresee([scene.settlement]);

    rows.pruneGrants(SLOT, 1);

    assert.equal(scene.findHeld(), undefined);
  });

  test("a grant that was read for one fact is read again for the next, whoever changed it meanwhile", () => {
    using scene = new RowsScene();
    const { rows, file } = scene;
    scene.send();
    rows.foresee([scene.settlement]);
    rows.endFact();

    file.exec("UPDATE grants SET evidence = 'identified'");

    assert.equal(scene.findHeld()?.evidence, "identified");
  });

  test("a delivery is found to hold its own grant also where the grants' rows have moved", () => {
    using scene = new RowsScene();
    const { rows, file } = scene;
    scene.send();
    const held = scene.findHeld();
    const another = { ...SLOT, scene: known(parseScene(SLOT.scene + 1)) };
    rows.insertGrant(buildGrant({ ...another, messageId: "m2" }));
    rows.endFact();

    // As a VACUUM may: the other grant of the same person, of the same generation, stands where this one stood.
    file.exec(`UPDATE grants SET rowid = -rowid; UPDATE grants SET rowid = 3 + rowid`);
    rows.foresee([scene.settlement]);

    assert.deepEqual(scene.findHeld(), held);
  });

  test("a fact fails when a row that it changed is not there to be written", () => {
    for (const table of ["grants", "deliveries"]) {
      using scene = new RowsScene();
      const { rows, file } = scene;
      scene.endAttempt(scene.send(), { state: "delivered", settledAt: NOW });
      scene.use({ state: "spent" });

      file.exec(`DELETE FROM ${table}`);

      assert.throws(() => rows.endFact(), /what waits to be written is there/);
    }
  });

  test("that an attempt began is kept no longer than until it has ended", () => {
    using scene = new RowsScene();
    const { rows, file } = scene;
    const sending = scene.send();
    const countStarts = () => file.prepare("SELECT count(*) AS count FROM starts").get()?.["count"];
    const before = countStarts();

    scene.endAttempt(sending, { state: "delivered", settledAt: NOW });
    rows.endFact();
    rows.seal();

    assert.equal(before, 1);
    assert.equal(countStarts(), 0);
  });

  for (const { what, write } of WRITES) {
    test(`${what} that was undone is written by no fact that follows`, () => {
      using scene = new RowsScene();
      const { rows, file } = scene;
      const sending = scene.send();
      const before = scene.tellRows();

      file.exec("BEGIN");
      rows.foresee([scene.settlement]);
      write(scene, sending);
      file.exec("ROLLBACK");
      rows.forget();
      rows.endFact();
      rows.seal();

      assert.deepEqual(scene.tellRows(), before);
      assert.equal(scene.findHeld()?.state, "held");
      assert.equal(rows.findDelivery(appid, "m1")?.delivery.state, "sending");
    });
  }
});

/** A file with one account, one grant, and one message that holds it. */
class RowsScene implements Disposable {
  readonly file: SqliteFile;
  readonly rows: SqliteRows;
  readonly settlement: Settlement = {
    appid,
    messageId: "m1",
    attemptNumber: 1,
    leaseId: "lease",
    outcome: OK,
    chance: 0,
  };

  constructor() {
    this.file = SqliteFile.open({
      path: ":memory:",
      migrations: MIGRATIONS,
      now: createManualWorld().now(),
    });
    insertAccount(this.file, buildAccount(appid, "aaaa"));
    this.rows = new SqliteRows(this.file);
  }

  [Symbol.dispose](): void {
    this.file.close();
  }

  /** The message is accepted, leased and being sent, each in a fact of its own; answers its delivery. */
  send(): Delivery {
    const { rows } = this;
    const waiting = buildDelivery({ state: "waiting", generation: undefined });
    rows.insertGrant(buildGrant());
    rows.endFact();
    const { delivery, grant } = holdGrant(waiting, known(rows.loadSlot(SLOT).grant), 1);
    rows.updateGrant(grant);
    rows.insertMessage({ message: MESSAGE, delivery });
    rows.endFact();
    const [due] = rows.listDue(appid, NOW, 1);
    const leased = { ...delivery, leaseId: "lease", leaseExpiresAt: NOW + 1_000 };
    rows.leaseDelivery(leased, known(due));
    rows.endFact();
    const started = startAttempt(leased, "lease", NOW);
    assert.ok(started.kind === "started");
    rows.insertAttempt(started.attempt);
    rows.updateDelivery(started.delivery);
    rows.endFact();
    rows.seal();
    return started.delivery;
  }

  /** The grant of the message, as a settlement asks for it: by the terms of the delivery that was found before. */
  findHeld(): Grant | undefined {
    const { terms } = known(this.rows.findDelivery(appid, "m1"));
    return this.rows.findGrant(terms, 1);
  }

  endAttempt(sending: Delivery, end: Partial<Delivery>): void {
    this.answerAttempt();
    const free = { leaseId: undefined, leaseExpiresAt: undefined };
    this.rows.updateDelivery({ ...sending, ...free, ...end });
  }

  answerAttempt(): void {
    const attempt = known(this.rows.findAttempt(appid, "m1", 1));
    this.rows.updateAttempt({ ...attempt, outcome: OK, finishedAt: NOW });
  }

  /** A send used the grant; answers it as it is then. */
  use(change: Partial<Grant>): Grant {
    const { rows } = this;
    const used = { ...known(rows.findGrant(SLOT, 1)), ...change };
    rows.updateGrant(used);
    rows.saveUse(SLOT, NOW);
    return used;
  }

  /** What the file holds. */
  tellRows(): unknown {
    return ["grants", "deliveries", "starts"].map((table) =>
      this.file.prepare(`SELECT * FROM ${table}`).all(),
    );
  }
}
