import assert from "node:assert/strict";
import { test } from "node:test";
import type { Delivery } from "../../src/deliveries/delivery.ts";
import {
  type ConfirmEffect,
  confirmSlot,
  hearConfirmation,
  type SlotFacts,
} from "../../src/grants/confirm-slot.ts";
import type { ConfirmationFacts, Grant } from "../../src/grants/grant.ts";
import { buildDelivery, buildGrant, SLOT } from "../build-facts.ts";

const NOW = 1_000;

/** A confirmation out of the browser of the live grant, or better and worse ones. */
const SAME: ConfirmationFacts = {
  evidence: "bound",
  browserHash: "browser",
  issuedAt: 900,
  at: 950,
};
const WEAKER: ConfirmationFacts = { ...SAME, evidence: "unbound" };
const STRANGE: ConfirmationFacts = { ...SAME, browserHash: "another" };
const BETTER: ConfirmationFacts = { ...STRANGE, evidence: "identified" };

const CALM = buildDelivery();
const LEASED = buildDelivery({ leaseId: "l", leaseExpiresAt: 2_000 });
const SENDING = buildDelivery({ state: "sending", attemptNumber: 1 });
const DOUBTFUL = buildDelivery({ doubt: "doubtful", attemptNumber: 1 });
const UNANSWERED = buildDelivery({ doubt: "unanswered", unansweredAt: 500, attemptNumber: 1 });
const SENDING_IN_DOUBT = buildDelivery({ ...UNANSWERED, state: "sending", attemptNumber: 2 });

interface Case {
  readonly what: string;
  readonly grant: Grant | undefined;
  readonly holder?: Delivery;
  /** The effect of a confirmation that is as good as the grant's, of a weaker one, of a stranger's, of a better one. */
  readonly effects: readonly [ConfirmEffect, ConfirmEffect, ConfirmEffect, ConfirmEffect];
}

const held = buildGrant({ state: "held", messageId: "m1" });

const CASES: readonly Case[] = [
  { what: "no grant", grant: undefined, effects: ["opened", "opened", "opened", "opened"] },
  {
    what: "a spent grant",
    grant: buildGrant({ state: "spent" }),
    effects: ["opened", "opened", "opened", "opened"],
  },
  {
    what: "a void grant",
    grant: buildGrant({ state: "void", voidCause: "in_doubt" }),
    effects: ["opened", "opened", "opened", "opened"],
  },
  {
    what: "an available grant",
    grant: buildGrant(),
    effects: ["renewed", "kept", "kept", "renewed"],
  },
  {
    what: "a grant held by a queued message",
    grant: held,
    holder: CALM,
    effects: ["renewed", "kept", "kept", "renewed"],
  },
  {
    what: "a grant held by a scheduled message",
    grant: held,
    holder: buildDelivery({ state: "scheduled" }),
    effects: ["renewed", "kept", "kept", "renewed"],
  },
  {
    what: "a grant whose message is leased",
    grant: held,
    holder: LEASED,
    effects: ["renewed", "kept", "kept", "renewed"],
  },
  {
    what: "a grant whose send is in flight",
    grant: held,
    holder: SENDING,
    effects: ["noted", "noted", "noted", "noted"],
  },
  {
    what: "a grant whose send is in flight after an unanswered one",
    grant: held,
    holder: SENDING_IN_DOUBT,
    effects: ["noted", "noted", "noted", "noted"],
  },
  {
    what: "a grant of which it is doubtful whether it was used",
    grant: held,
    holder: DOUBTFUL,
    effects: ["replaced", "replaced", "replaced", "replaced"],
  },
  {
    what: "a grant whose send was not answered",
    grant: held,
    holder: UNANSWERED,
    effects: ["replaced", "replaced", "replaced", "replaced"],
  },
];

for (const { what, grant, holder, effects } of CASES) {
  for (const [index, confirmation] of [SAME, WEAKER, STRANGE, BETTER].entries()) {
    const effect = effects[index];
    const name = ["the same browser", "weaker evidence", "another browser", "an identified person"][
      index
    ];
    test(`${what}, confirmed by ${name}: ${effect}`, () => {
      const slot = buildSlot(grant, holder);

      const decision = confirmSlot(slot, confirmation, NOW);

      assert.equal(decision.effect, effect);
      checkDecision(slot, decision, confirmation);
    });
  }
}

/** The grant after each effect, given the slot and the confirmation. */
const GRANTS: Readonly<
  Record<ConfirmEffect, (slot: SlotFacts, confirmation: ConfirmationFacts) => Grant | undefined>
> = {
  opened: buildOpened,
  replaced: buildOpened,
  renewed: ({ grant }, { evidence, browserHash, at }) =>
    grant && { ...grant, evidence, browserHash, renewedAt: at, changedAt: NOW },
  noted: ({ grant }, confirmation) => grant && { ...grant, noted: confirmation },
  kept: ({ grant }) => grant,
};

function buildOpened(
  { grant }: SlotFacts,
  { evidence, browserHash, at }: ConfirmationFacts,
): Grant {
  const generation = (grant?.generation ?? 0) + 1;
  const times = { grantedAt: at, renewedAt: at, changedAt: NOW };
  return buildGrant({ generation, evidence, browserHash, ...times });
}

/** The delivery that held the grant, where an effect changes it. */
const HOLDERS: Readonly<Record<ConfirmEffect, Partial<Delivery> | undefined>> = {
  opened: undefined,
  renewed: undefined,
  kept: undefined,
  noted: { hasHeardConfirmation: true },
  replaced: {
    state: "uncertain",
    cause: "confirmation_heard",
    likely: "unknown",
    hasHeardConfirmation: true,
    settledAt: NOW,
  },
};

/** What each effect promises, whatever led to it. */
function checkDecision(
  slot: SlotFacts,
  decision: ReturnType<typeof confirmSlot>,
  confirmation: ConfirmationFacts,
): void {
  const { effect, grant, closedGrant, holder } = decision;
  const change = HOLDERS[effect];
  const ended = { ...slot.grant, state: "void", voidCause: "in_doubt", changedAt: NOW };
  assert.deepEqual(grant, GRANTS[effect](slot, confirmation));
  assert.deepEqual(holder, change && { ...slot.holder, ...change });
  assert.deepEqual(closedGrant, effect === "replaced" ? ended : undefined);
}

test("a confirmation asked for before the slot was last used may be spent already", () => {
  const spent = buildGrant({ state: "spent" });
  const isMaybeSpent = (usedAt: number | undefined): boolean =>
    confirmSlot({ ...buildSlot(spent), usedAt }, SAME, NOW).grant.isMaybeSpent;

  assert.equal(isMaybeSpent(undefined), false);
  assert.equal(isMaybeSpent(SAME.issuedAt), false);
  assert.equal(isMaybeSpent(SAME.issuedAt + 1), true);
});

test("a renewal never makes a grant suspect that was not", () => {
  const slot = { ...buildSlot(buildGrant()), usedAt: SAME.issuedAt + 1 };

  const { grant } = confirmSlot(slot, SAME, NOW);

  assert.equal(grant.isMaybeSpent, false);
});

test("a repeated callback changes nothing where nothing is in flight or in doubt", () => {
  const slots = [
    buildSlot(undefined),
    buildSlot(buildGrant()),
    buildSlot(buildGrant({ state: "spent" })),
    buildSlot(held, CALM),
    buildSlot(held, LEASED),
  ];

  assert.ok(slots.every((slot) => hearConfirmation(slot, NOW) === undefined));
});

test("a repeated callback is heard by the send in flight, and leaves its grant alone", () => {
  const change = hearConfirmation(buildSlot(held, SENDING), NOW);

  assert.deepEqual(change, { grant: held, holder: { ...SENDING, hasHeardConfirmation: true } });
});

for (const holder of [DOUBTFUL, UNANSWERED]) {
  test(`a repeated callback ends a ${holder.doubt} delivery, and opens no generation`, () => {
    const change = hearConfirmation(buildSlot(held, holder), NOW);

    assert.equal(change?.holder.state, "uncertain");
    assert.equal(change?.grant.state, "void");
    assert.equal(change?.grant.voidCause, "in_doubt");
    assert.equal(change?.grant.generation, 1);
  });
}

function buildSlot(grant: Grant | undefined, holder?: Delivery): SlotFacts {
  return { key: SLOT, usedAt: undefined, grant, holder };
}
