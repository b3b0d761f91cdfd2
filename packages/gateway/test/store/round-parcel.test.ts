import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppId } from "@yici/protocol";
import type { AttemptOutcome } from "../../src/deliveries/delivery.ts";
import type { Round, RoundOutcome } from "../../src/store/ledger.ts";
import {
  packRound,
  packRoundOutcome,
  unpackRound,
  unpackRoundOutcome,
} from "../../src/store/sqlite/thread/round-parcel.ts";

const ONE = { appid: "wx0000000000000001" as AppId, leaseId: "lease1" };
const SAME_ACCOUNT = { ...ONE, leaseId: "lease2" };
const OTHER_ACCOUNT = { appid: "wx0000000000000002" as AppId, leaseId: "lease1" };

const OK: AttemptOutcome = { kind: "answered", errcode: 0, errmsg: "ok", rid: undefined };
const OUTCOMES: readonly AttemptOutcome[] = [
  OK,
  { ...OK, rid: "605433ff-76bfc22c-2fb75ddf" },
  { ...OK, errmsg: "OK", rid: "605433ff-76bfc22c-2fb75ddf" },
  { ...OK, errmsg: "OK" },
  { ...OK, errcode: -1 },
  { kind: "answered", errcode: 43101, errmsg: "ok", rid: "605433ff-76bfc22c-2fb75ddf" },
  { kind: "unsent", reason: "no_token" },
  { kind: "unanswered", reason: "deadline" },
];

test("a round arrives as it was packed, each attempt with its own lease, number, outcome and chance", () => {
  const leases = [ONE, SAME_ACCOUNT, ONE, OTHER_ACCOUNT, ONE, SAME_ACCOUNT];
  const round: Round = {
    now: 1_700_000_000_000,
    settlements: OUTCOMES.flatMap((outcome, index) => {
      const settlement = { ...(leases[index] ?? ONE), attemptNumber: 1 + index, outcome };
      return [
        { ...settlement, messageId: `message${index}`, chance: 0 },
        { ...settlement, messageId: `again${index}`, chance: (1 + index) / 9 },
      ];
    }),
    starts: [
      { ...OTHER_ACCOUNT, messageId: "next1" },
      { ...SAME_ACCOUNT, messageId: "next2" },
    ],
  };

  const arrived = unpackRound(packRound(round));

  assert.deepEqual(arrived, round);
});

test("what came of a round arrives as it was packed, in its order", () => {
  const settled = { kind: "settled", isAccountPaused: false, retryAt: undefined } as const;
  const outcome: RoundOutcome = {
    settled: [
      { ...settled, state: "delivered" },
      { ...settled, state: "delivered", isAccountPaused: true },
      { ...settled, state: "queued", retryAt: 1_700_000_000_000 },
      { ...settled, state: "rejected" },
      { kind: "late", state: "delivered" },
    ],
    started: [
      { kind: "started", attemptNumber: 3 },
      { kind: "refused" },
      { kind: "deferred", until: 1_700_000_000_000 },
      { kind: "started", attemptNumber: 1 },
    ],
  };

  const arrived = unpackRoundOutcome(packRoundOutcome(outcome));

  assert.deepEqual(arrived, outcome);
});

test("what a round usually says takes next to no room", () => {
  const messageId = "msg_0001m9x2k1a0b00000000001";
  const settlement = { ...ONE, messageId, attemptNumber: 1, outcome: OK, chance: 0 };
  const round: Round = { settlements: [settlement, settlement], starts: [], now: 0 };
  const delivered = { kind: "settled", state: "delivered", retryAt: undefined } as const;
  const outcome: RoundOutcome = {
    settled: [{ ...delivered, isAccountPaused: false }],
    started: [{ kind: "started", attemptNumber: 1 }],
  };

  const one = packRound({ ...round, settlements: [settlement] });
  const two = packRound(round);

  assert.equal(two.length - one.length, `,["${messageId}",0,1]`.length);
  assert.equal(packRoundOutcome(outcome), '{"settled":[0],"started":[1]}');
});
