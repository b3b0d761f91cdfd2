import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accountAfter,
  type AccountState,
  admitSend,
  buildFreshState,
  countAdmissible,
  isPaused,
  type Pause,
  type SentAttempt,
  withoutPause,
  withPause,
} from "../../src/deliveries/account-state.ts";
import type { Finding } from "../../src/deliveries/finding.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { buildDelivery, buildGrant, SLOT } from "../build-facts.ts";

const NOW = 5_000_000;
const REFUSED: Finding = { kind: "refused", fault: "grant", errcode: 43101 };
const { attemptsMin, windowMs } = RETRY_POLICY.refusalAlarm;

/** With one send in flight, the one that is settled. */
const ACCOUNT: AccountState = {
  ...buildFreshState(SLOT.appid),
  load: { inFlight: 1, bucketFullAt: 0 },
  tally: { startedAt: NOW, attempts: 0, refusals: 0 },
};

test("an account stands still until its pause ends, or for as long as it has no end", () => {
  const timed = { ...ACCOUNT, pause: buildPause({ until: 10 }) };
  const endless = { ...ACCOUNT, pause: buildPause({ until: undefined }) };

  assert.equal(isPaused(timed, 9), true);
  assert.equal(isPaused(timed, 10), false);
  assert.equal(isPaused(endless, Number.MAX_SAFE_INTEGER), true);
  assert.equal(isPaused(ACCOUNT, 0), false);
});

/** Which of two pauses stands: the one in force, or the next. Times are ends. */
const PAUSES: readonly (readonly [
  current: number | undefined,
  next: number | undefined,
  stays: string,
])[] = [
  [NOW + 10, NOW + 5, "current"],
  [NOW + 10, NOW + 10, "current"],
  [NOW + 10, NOW + 20, "next"],
  [NOW + 10, undefined, "next"],
  [undefined, NOW + 20, "current"],
  [undefined, undefined, "current"],
  [NOW, NOW + 1, "next"],
];

for (const [current, next, stays] of PAUSES) {
  test(`of a pause until ${current ?? "resumed"} and another until ${next ?? "resumed"} the ${stays} one stands`, () => {
    const standing = buildPause({ reason: "current", until: current });
    const coming = buildPause({ reason: "next", until: next });

    const account = withPause({ ...ACCOUNT, pause: standing }, coming, NOW);

    assert.equal(account.pause?.reason, stays);
  });
}

test("resuming lifts the pause and the alarm, and counts anew", () => {
  const alarmed = {
    ...ACCOUNT,
    pause: buildPause({ until: undefined }),
    alarmedAt: 1,
    tally: { startedAt: 1, attempts: 30, refusals: 30 },
  };

  const account = withoutPause(alarmed, NOW);

  assert.deepEqual(account, { ...ACCOUNT, tally: { startedAt: NOW, attempts: 0, refusals: 0 } });
});

test("an account's fault pauses it, with the platform's own words", () => {
  const finding: Finding = { kind: "refused", fault: "account", errcode: 45011 };

  const { pause } = accountAfter(ACCOUNT, sentWith(finding), NOW, RETRY_POLICY);

  assert.deepEqual(pause, {
    reason: "rate_limited",
    errcode: 45011,
    detail: "errmsg",
    pausedAt: NOW,
    until: NOW + 60_000,
  });
});

test("an account's fault that no rule names pauses until an operator resumes", () => {
  const finding: Finding = { kind: "refused", fault: "account", errcode: 77_777 };

  const { pause } = accountAfter(ACCOUNT, sentWith(finding), NOW, RETRY_POLICY);

  assert.equal(pause?.reason, "account_refused");
  assert.equal(pause?.until, undefined);
});

test("the second refused token in a row pauses, the first does not", () => {
  const finding: Finding = { kind: "refused", fault: "token", errcode: 40001 };
  const after = (tokenFaults: number): AccountState =>
    accountAfter(
      ACCOUNT,
      sentWith(finding, { delivery: buildDelivery({ tokenFaults }) }),
      NOW,
      RETRY_POLICY,
    );

  assert.equal(after(0).pause, undefined);
  assert.equal(after(1).pause?.reason, "token_refused");
});

test("the alarm is raised by the refusal that passes the share, and not before enough was tried", () => {
  const answers = (refusals: number, successes: number): AccountState => {
    const findings = [
      ...Array.from({ length: successes }, (): Finding => ({ kind: "ok" })),
      ...Array.from({ length: refusals }, () => REFUSED),
    ];
    return findings.reduce(
      (account, finding) => accountAfter(account, sentWith(finding), NOW, RETRY_POLICY),
      ACCOUNT,
    );
  };

  assert.equal(answers(attemptsMin - 1, 0).pause, undefined);
  assert.equal(answers(attemptsMin, 0).pause?.reason, "grants_refused");
  assert.equal(answers(attemptsMin / 2, attemptsMin / 2).pause, undefined);
  assert.equal(answers(attemptsMin / 2 + 1, attemptsMin / 2).pause?.reason, "grants_refused");
});

test("a new window forgets the last one's counts", () => {
  const almost = {
    startedAt: NOW - windowMs,
    attempts: attemptsMin - 1,
    refusals: attemptsMin - 1,
  };

  const account = accountAfter({ ...ACCOUNT, tally: almost }, sentWith(REFUSED), NOW, RETRY_POLICY);

  assert.deepEqual(account.tally, { startedAt: NOW, attempts: 1, refusals: 1 });
  assert.equal(account.alarmedAt, undefined);
});

test("an attempt that is over makes room for another", () => {
  const account = accountAfter(ACCOUNT, sentWith({ kind: "ok" }), NOW, RETRY_POLICY);

  assert.equal(account.load.inFlight, 0);
});

test("a send that begins is counted, and one over the limit in flight is put off", () => {
  const limited = { ...ACCOUNT, limits: { perSecond: undefined, inFlight: 2 } };

  const admission = admitSend(limited, NOW, RETRY_POLICY);
  assert.ok(admission.kind === "admitted");
  const next = admitSend(admission.account, NOW, RETRY_POLICY);

  assert.equal(admission.account.load.inFlight, 2);
  assert.deepEqual(next, { kind: "deferred", until: NOW + RETRY_POLICY.crowdedMs });
});

test("an open breaker puts every send off, and lets one try when its time has come", () => {
  const breaker = { troubles: 10, opening: { openedAt: NOW, until: NOW + 5_000 } };
  const open = { ...ACCOUNT, breaker };

  const early = admitSend(open, NOW + 4_999, RETRY_POLICY);
  const admitted = admitSend(open, NOW + 5_000, RETRY_POLICY);
  assert.ok(admitted.kind === "admitted");
  const second = admitSend(admitted.account, NOW + 5_000, RETRY_POLICY);

  assert.deepEqual(early, { kind: "deferred", until: NOW + 5_000 });
  assert.deepEqual(second, {
    kind: "deferred",
    until: NOW + 5_000 + RETRY_POLICY.breaker.tryMs,
  });
});

test("so many sends may begin as pause, breaker and limits let through", () => {
  const opening = { openedAt: NOW - 10, until: NOW };
  const cases = {
    unlimited: ACCOUNT,
    limited: { ...ACCOUNT, limits: { perSecond: undefined, inFlight: 5 } },
    paused: { ...ACCOUNT, pause: buildPause({ until: undefined }) },
    open: { ...ACCOUNT, breaker: { troubles: 10, opening: { openedAt: NOW, until: NOW + 1 } } },
    trying: { ...ACCOUNT, breaker: { troubles: 10, opening } },
  };

  const counts = Object.entries(cases).map(([name, account]) => [
    name,
    countAdmissible(account, NOW, RETRY_POLICY),
  ]);

  assert.deepEqual(Object.fromEntries(counts), {
    unlimited: Infinity,
    limited: 4,
    paused: 0,
    open: 0,
    trying: 1,
  });
});

/** Attempts that say nothing of an account's grants. */
const SILENT: readonly (readonly [what: string, sent: SentAttempt])[] = [
  ["a second attempt", sentWith(REFUSED, { delivery: buildDelivery({ countedAttempts: 1 }) })],
  ["an attempt in doubt", sentWith(REFUSED, { delivery: buildDelivery({ doubt: "doubtful" }) })],
  ["an attempt on a weak grant", sentWith(REFUSED, { grant: buildGrant({ evidence: "unbound" }) })],
  [
    "an attempt on a grant that may be spent",
    sentWith(REFUSED, { grant: buildGrant({ isMaybeSpent: true }) }),
  ],
  ["an unanswered attempt", sentWith({ kind: "unanswered" })],
  ["a busy platform", sentWith({ kind: "doubtful", errcode: -1 })],
  ["a refused message", sentWith({ kind: "refused", fault: "message", errcode: 47003 })],
];

for (const [what, sent] of SILENT) {
  test(`${what} does not count`, () => {
    const { tally, alarmedAt } = accountAfter(ACCOUNT, sent, NOW, RETRY_POLICY);

    assert.deepEqual({ tally, alarmedAt }, { tally: ACCOUNT.tally, alarmedAt: undefined });
  });
}

function sentWith(finding: Finding, parts: Partial<SentAttempt> = {}): SentAttempt {
  const delivery = buildDelivery({ state: "sending", attemptNumber: 1 });
  const grant = buildGrant({ state: "held" });
  return { finding, attempt: endWith(finding), delivery, grant, ...parts };
}

/** An attempt whose outcome is found to be just this. */
function endWith(finding: Finding): SentAttempt["attempt"] {
  if (finding.kind === "unanswered") {
    return { startedAt: NOW, outcome: { kind: "unanswered", reason: "deadline" } };
  }
  const errcode = finding.kind === "ok" ? 0 : (finding.errcode ?? -1);
  return {
    startedAt: NOW,
    outcome: { kind: "answered", errcode, errmsg: "errmsg", rid: undefined },
  };
}

function buildPause(parts: Partial<Pause>): Pause {
  return { reason: "r", errcode: undefined, detail: "", pausedAt: 1, until: undefined, ...parts };
}
