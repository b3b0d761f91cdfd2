import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRCODES, type Fault } from "@yici/protocol";
import * as fc from "fast-check";
import { DOUBTS, type Doubt } from "../../src/deliveries/delivery.ts";
import { type Finding, judgeOutcome } from "../../src/deliveries/finding.ts";
import { decideNextStep, type NextStep, type StepFacts } from "../../src/deliveries/next-step.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { EVIDENCE } from "../../src/grants/grant.ts";

const NOW = 10_000;
const DEADLINE = NOW + 86_400_000;

const FACTS: StepFacts = {
  doubt: "none",
  unansweredAt: undefined,
  hasHeardConfirmation: false,
  whenInDoubt: "retry",
  evidence: "bound",
  countedAttempts: 0,
  deadlineAt: DEADLINE,
  now: NOW,
  chance: 0.5,
  policy: RETRY_POLICY,
  whenNoGrant: "refuse",
  isAlarmed: false,
};

const refused = (fault: Fault, errcode = 0): Finding => ({ kind: "refused", fault, errcode });

const FINDINGS = {
  ok: { kind: "ok" },
  token: refused("token", 40001),
  grant: refused("grant", 43101),
  "recipient gone": refused("recipient", 40003),
  "recipient blocked": refused("recipient", 43019),
  message: refused("message", 47003),
  account: refused("account", 48001),
  platform: refused("platform"),
  doubtful: { kind: "doubtful", errcode: -1 },
  unanswered: { kind: "unanswered" },
} as const satisfies Readonly<Record<string, Finding>>;
type FindingName = keyof typeof FINDINGS;

/** What a finding leaves open by itself. */
const OWN_DOUBT: Readonly<Partial<Record<FindingName, Doubt>>> = {
  doubtful: "doubtful",
  unanswered: "unanswered",
};

type Row = readonly [none: string, doubtful: string, unanswered: string];

/** What follows each finding, by what was in doubt before it. */
const STEPS: Readonly<Record<FindingName, Row>> = {
  ok: ["deliver", "deliver", "deliver"],
  token: ["snooze", "snooze", "snooze"],
  grant: [
    "reject grant_refused, void platform_refused",
    "uncertain refused_in_doubt, unknown",
    "uncertain refused_in_doubt, delivered",
  ],
  "recipient gone": [
    "reject recipient_gone, void recipient_gone",
    "uncertain refused_in_doubt, unknown",
    "uncertain refused_in_doubt, unknown",
  ],
  "recipient blocked": [
    "reject recipient_refused, release",
    "uncertain refused_in_doubt, unknown",
    "uncertain refused_in_doubt, unknown",
  ],
  message: [
    "reject message_refused, release",
    "uncertain refused_in_doubt, unknown",
    "uncertain refused_in_doubt, unknown",
  ],
  account: ["snooze", "snooze", "snooze"],
  platform: ["retry", "retry", "retry"],
  doubtful: ["retry", "retry", "retry"],
  unanswered: ["retry", "retry", "retry"],
};

/** How the table changes under other facts: the same rows, only where they differ. */
const VARIANTS: readonly {
  readonly what: string;
  readonly facts: Partial<StepFacts>;
  readonly rows: Readonly<Partial<Record<FindingName, Row>>>;
}[] = [
  { what: "nothing special", facts: {}, rows: {} },
  {
    what: "the caller would wait for another grant",
    facts: { whenNoGrant: "wait" },
    rows: { grant: ["wait", STEPS.grant[1], STEPS.grant[2]] },
  },
  {
    what: "the caller would wait, but its attempts are used up",
    facts: { whenNoGrant: "wait", countedAttempts: RETRY_POLICY.attemptsMax - 1 },
    rows: usedUp(),
  },
  {
    what: "the caller would wait, but its deadline has passed",
    facts: { whenNoGrant: "wait", deadlineAt: NOW },
    rows: closed("deadline_passed", "deadline_passed", "deadline_passed"),
  },
  {
    what: "too many grants were refused lately",
    facts: { isAlarmed: true },
    rows: { grant: ["snooze", STEPS.grant[1], STEPS.grant[2]] },
  },
  {
    what: "the grant is weakly founded",
    facts: { evidence: "unbound" },
    rows: { grant: [STEPS.grant[0], STEPS.grant[1], "uncertain refused_in_doubt, unknown"] },
  },
  {
    what: "doubt is to end the delivery",
    facts: { whenInDoubt: "stop" },
    rows: {
      token: ["snooze", "snooze", "uncertain stopped_in_doubt, unknown"],
      account: ["snooze", "snooze", "uncertain stopped_in_doubt, unknown"],
      platform: ["retry", "retry", "uncertain stopped_in_doubt, unknown"],
      doubtful: ["retry", "retry", "uncertain stopped_in_doubt, unknown"],
      unanswered: same("uncertain stopped_in_doubt, unknown"),
    },
  },
  {
    what: "a confirmation was heard",
    facts: { hasHeardConfirmation: true },
    rows: {
      token: ["snooze", ...twice("uncertain confirmation_heard, unknown")],
      account: ["snooze", ...twice("uncertain confirmation_heard, unknown")],
      platform: ["retry", ...twice("uncertain confirmation_heard, unknown")],
      doubtful: same("uncertain confirmation_heard, unknown"),
      unanswered: same("uncertain confirmation_heard, unknown"),
    },
  },
  {
    what: "attempts are used up",
    facts: { countedAttempts: RETRY_POLICY.attemptsMax - 1 },
    rows: usedUp(),
  },
  {
    what: "the deadline comes before the next try",
    facts: { deadlineAt: NOW + 1 },
    rows: {
      platform: ["abandon deadline_passed", ...twice("uncertain deadline_passed, unknown")],
      doubtful: same("uncertain deadline_passed, unknown"),
      unanswered: same("uncertain deadline_passed, unknown"),
    },
  },
  {
    what: "the doubt window has closed",
    facts: { unansweredAt: NOW - RETRY_POLICY.doubtWindowMs },
    rows: closed(undefined, undefined, "doubt_window_closed"),
  },
];

/** The rows of what would go on, once time has closed the doubt; nothing for a doubt that is still open. */
function closed(
  none: string | undefined,
  doubtful: string | undefined,
  unanswered: string,
): Readonly<Partial<Record<FindingName, Row>>> {
  const end = (cause: string | undefined, otherwise: string): string =>
    cause === undefined ? otherwise : `uncertain ${cause}, unknown`;
  const row = (first: string, otherwise: string): Row => [
    first,
    end(doubtful, otherwise),
    end(unanswered, otherwise),
  ];
  return {
    token: row("snooze", "snooze"),
    account: row("snooze", "snooze"),
    platform: row(none === undefined ? "retry" : `abandon ${none}`, "retry"),
    doubtful: row(end(doubtful, "retry"), "retry"),
    unanswered: same(end(unanswered, "retry")),
  };
}

function usedUp(): Readonly<Partial<Record<FindingName, Row>>> {
  const uncertain = "uncertain out_of_attempts, unknown";
  return {
    platform: ["abandon out_of_attempts", uncertain, uncertain],
    doubtful: same(uncertain),
    unanswered: same(uncertain),
  };
}

function same(step: string): Row {
  return [step, step, step];
}

function twice(step: string): readonly [string, string] {
  return [step, step];
}

for (const { what, facts, rows } of VARIANTS) {
  for (const name of Object.keys(STEPS) as readonly FindingName[]) {
    for (const [index, before] of DOUBTS.entries()) {
      const wanted = (rows[name] ?? STEPS[name])[index];
      test(`${name}, ${before} in doubt before, ${what}: ${wanted}`, () => {
        const doubt = DOUBTS[Math.max(index, DOUBTS.indexOf(OWN_DOUBT[name] ?? "none"))] ?? "none";
        const unansweredAt = doubt === "unanswered" ? NOW - 1 : undefined;

        const step = decideNextStep(FINDINGS[name], { ...FACTS, unansweredAt, ...facts, doubt });

        assert.equal(describe(step), wanted);
      });
    }
  }
}

function describe(step: NextStep): string {
  switch (step.kind) {
    case "deliver":
    case "retry":
    case "snooze":
    case "wait":
      return step.kind;
    case "abandon":
      return `abandon ${step.cause}`;
    case "uncertain":
      return `uncertain ${step.cause}, ${step.likely}`;
    case "reject": {
      const { grant } = step;
      const fate = grant.kind === "void" ? `void ${grant.cause}` : grant.kind;
      return `reject ${step.cause}, ${fate}`;
    }
  }
}

test("a token's and an account's fault have the delivery tried at once, when it goes on", () => {
  for (const name of ["token", "account"] as const) {
    assert.deepEqual(decideNextStep(FINDINGS[name], FACTS), { kind: "snooze", dueAt: NOW });
  }
});

test("in doubt nothing but delivered and uncertain ends a delivery, and no try leaves its limits", () => {
  const findings = fc.constantFrom(...Object.values(FINDINGS).filter(({ kind }) => kind !== "ok"));
  const facts = fc.record({
    doubt: fc.constantFrom<Doubt>("doubtful", "unanswered"),
    unansweredAt: fc.integer({ min: 0, max: NOW }),
    hasHeardConfirmation: fc.boolean(),
    whenInDoubt: fc.constantFrom("retry" as const, "stop" as const),
    whenNoGrant: fc.constantFrom("refuse" as const, "wait" as const),
    isAlarmed: fc.boolean(),
    evidence: fc.constantFrom(...EVIDENCE),
    countedAttempts: fc.nat(30),
    deadlineAt: fc.integer({ min: NOW - 5_000, max: NOW + 5_000_000 }),
    now: fc.constant(NOW),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    policy: fc.constant({ ...RETRY_POLICY, doubtWindowMs: 5_000 }),
  });

  fc.assert(
    fc.property(findings, facts, (finding, chosen) => {
      const step = decideNextStep(finding, chosen);

      assert.ok(step.kind === "uncertain" || step.kind === "retry" || step.kind === "snooze");
      if (step.kind === "uncertain") return;
      assert.equal(chosen.hasHeardConfirmation, false);
      assert.ok(step.dueAt < chosen.deadlineAt);
      if (chosen.doubt !== "unanswered") return;
      assert.equal(chosen.whenInDoubt, "retry");
      assert.ok(step.dueAt < chosen.unansweredAt + 5_000);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test("every errcode that protocol knows leads somewhere, and only 0 delivers", () => {
  for (const { errcode } of ERRCODES) {
    const finding = judgeOutcome({ kind: "answered", errcode, errmsg: "", rid: undefined });
    const doubt = finding.kind === "doubtful" ? "doubtful" : "none";

    const step = decideNextStep(finding, { ...FACTS, doubt });

    assert.equal(step.kind === "deliver", errcode === 0);
  }
});

test("an errcode that nobody knows is doubtful, and so is busy; they never refuse", () => {
  for (const errcode of [-1, 1, 99_999, -2]) {
    const finding = judgeOutcome({ kind: "answered", errcode, errmsg: "", rid: undefined });

    assert.deepEqual(finding, { kind: "doubtful", errcode });
  }
});

test("what was provably not sent is nobody's doubt", () => {
  const finding = judgeOutcome({ kind: "unsent", reason: "ECONNREFUSED" });

  assert.deepEqual(finding, { kind: "refused", fault: "platform", errcode: undefined });
});
