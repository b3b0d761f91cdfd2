import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccessToken } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import type { AttemptOutcome } from "../../src/deliveries/delivery.ts";
import {
  makeAttempt,
  type SendGround,
  type StartedAttempt,
  withdrawAttempt,
} from "../../src/deliveries/sender.ts";
import {
  ANN,
  APPID,
  BUSY,
  buildAccount,
  known,
  NO_GRANT,
  OK,
  refusal,
  SCENE,
  UNANSWERED,
  UNSENT,
} from "../store/ledger-scene.ts";

const ATTEMPT: StartedAttempt = {
  batch: {
    account: buildAccount(APPID, "aaaa"),
    leaseId: "lease",
    closesAt: 30_000,
    deliveries: [],
  },
  leased: {
    messageId: "m1",
    openid: ANN,
    scene: SCENE,
    content: { title: "title", content: "content" },
  },
  attemptNumber: 1,
};
const TOKEN = { value: known(parseAccessToken("token")), version: 1, expiresAt: 7_200_000 };
const NOT_DELIVERED = [BUSY, UNANSWERED, UNSENT, NO_GRANT, refusal(42001), refusal(48001)];

/** A sender whose every request comes to the same, and whose chance is ½. */
function buildGround(outcome: AttemptOutcome): SendGround {
  return {
    world: { ...createManualWorld(), randomBytes: () => Buffer.of(0x80, 0, 0, 0) },
    client: { send: async () => outcome },
    limits: { sendMs: 1_000 },
    signal: new AbortController().signal,
  };
}

for (const outcome of NOT_DELIVERED) {
  test(`what may be tried again is left to chance: ${JSON.stringify(outcome)}`, async () => {
    const { settlement } = await makeAttempt(buildGround(outcome), ATTEMPT, TOKEN);

    assert.deepEqual(settlement, {
      appid: APPID,
      messageId: "m1",
      attemptNumber: 1,
      leaseId: "lease",
      outcome,
      chance: 0.5,
    });
  });
}

test("what was delivered leaves nothing to chance", async () => {
  const { settlement } = await makeAttempt(buildGround(OK), ATTEMPT, TOKEN);

  assert.equal(settlement.chance, 0);
});

test("an attempt that was withdrawn was not sent, and is left to chance", () => {
  const { settlement, token } = withdrawAttempt(buildGround(OK), ATTEMPT);

  assert.deepEqual(settlement.outcome, { kind: "unsent", reason: "no_token" });
  assert.equal(settlement.chance, 0.5);
  assert.equal(token, undefined);
});
