/** One place of a source file, and what stands there instead. */
export interface SourceEdit {
  /** From the root of the work tree. */
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A mistake that somebody could make, and within how many seeds the simulation must find it. */
export interface Defect {
  readonly seedsMax: number;
  readonly edits: readonly SourceEdit[];
}

const GATEWAY = "packages/gateway/src";

/** Every planted defect by what it does wrong. */
export const DEFECTS: Readonly<Record<string, Defect>> = {
  "settle without checking the lease": {
    seedsMax: 1_000,
    edits: [
      {
        file: `${GATEWAY}/store/facts/settle.ts`,
        from: "if (isInFlight && delivery.leaseId === leaseId) {",
        to: 'if (isInFlight || delivery.state === "sending") {',
      },
    ],
  },
  "settle voids the new generation": {
    seedsMax: 600,
    edits: [
      {
        file: `${GATEWAY}/store/facts/settle.ts`,
        from: "if (grant?.noted === undefined) return delivery;",
        to: 'if (grant?.noted === undefined || grant.state === "void") return delivery;',
      },
    ],
  },
  "release after doubt": {
    seedsMax: 100,
    edits: [
      {
        file: `${GATEWAY}/deliveries/settle-attempt.ts`,
        from: 'grant: changeGrant(grant, "void", now, { voidCause: "in_doubt" }),',
        to: 'grant: changeGrant(grant, "release", now),',
      },
    ],
  },
  "release on an unknown errcode": {
    seedsMax: 400,
    edits: [
      {
        file: `${GATEWAY}/deliveries/finding.ts`,
        from: 'if (judgement.kind === "ok") return judgement;',
        to: 'if (judgement.kind === "ok") return judgement; if (judgement.kind === "doubtful" && errcode !== -1) return { kind: "refused", fault: "message", errcode };',
      },
    ],
  },
  "attempt counted after sending": {
    seedsMax: 200,
    edits: [
      {
        file: `${GATEWAY}/store/facts/advance.ts`,
        from: "  context.rows.insertAttempt(decision.attempt);\n  context.rows.updateDelivery(decision.delivery);\n",
        to: "  UNWRITTEN.set(messageId, () => {\n    context.rows.insertAttempt(decision.attempt);\n    context.rows.updateDelivery(decision.delivery);\n  });\n",
      },
      {
        file: `${GATEWAY}/store/facts/advance.ts`,
        from: "  const settled = settlements.map((settlement) =>",
        to: "  for (const { messageId } of settlements) { UNWRITTEN.get(messageId)?.(); UNWRITTEN.delete(messageId); }\n  const settled = settlements.map((settlement) =>",
      },
      {
        file: `${GATEWAY}/store/facts/advance.ts`,
        from: "const REFUSED: StartOutcome",
        to: "const UNWRITTEN = new Map();\nconst REFUSED: StartOutcome",
      },
    ],
  },
  "commit answered early": {
    seedsMax: 400,
    edits: [
      {
        file: `${GATEWAY}/callbacks/receive-callback.ts`,
        from: "const outcome = await ledger.confirm(callback, now);",
        to: 'ledger.confirm(callback, now).catch(() => undefined); const outcome = { kind: "recorded" };',
      },
    ],
  },
  "slot keyed without scene": {
    seedsMax: 100,
    edits: [
      {
        file: `${GATEWAY}/store/facts/confirm.ts`,
        from: "const { appid, openid, scene, nonce, source, evidence, browserHash, issuedAt } = callback;",
        to: "const { appid, openid, nonce, source, evidence, browserHash, issuedAt } = callback; const scene = 1;",
      },
      {
        file: `${GATEWAY}/store/facts/accept.ts`,
        from: "const slot = rows.loadSlot(message);",
        to: "const slot = rows.loadSlot({ ...message, scene: 1 });",
      },
    ],
  },
  "confirmation ignored while in doubt": {
    seedsMax: 200,
    edits: [
      {
        file: `${GATEWAY}/grants/confirm-slot.ts`,
        from: "if (holder !== undefined && isInDoubt(holder)) {",
        to: "if (holder === null) {",
      },
    ],
  },
  "retry after the doubt window": {
    seedsMax: 1_000,
    edits: [
      {
        file: `${GATEWAY}/deliveries/step-in-doubt.ts`,
        from: "return Math.min(deadlineAt, unansweredAt + policy.doubtWindowMs);",
        to: "return deadlineAt;",
      },
    ],
  },
  "unbound evidence replacing bound": {
    seedsMax: 100,
    edits: [
      {
        file: `${GATEWAY}/grants/grant.ts`,
        from: "if (next.evidence !== current.evidence) return isAtLeast(next.evidence, current.evidence);",
        to: "if (next.evidence !== current.evidence) return true;",
      },
    ],
  },
  "another browser's evidence renewing": {
    seedsMax: 200,
    edits: [
      {
        file: `${GATEWAY}/grants/grant.ts`,
        from: "return next.browserHash !== undefined && next.browserHash === current.browserHash;",
        to: "return true;",
      },
    ],
  },
  "43101 in doubt taken for a refusal": {
    seedsMax: 400,
    edits: [
      {
        file: `${GATEWAY}/deliveries/next-step.ts`,
        from: 'if (facts.doubt !== "none") return stepInDoubt(finding, facts);',
        to: 'if (facts.doubt !== "none" && finding.kind !== "refused") return stepInDoubt(finding, facts);',
      },
    ],
  },
  "stop not heard in doubt": {
    seedsMax: 200,
    edits: [
      {
        file: `${GATEWAY}/deliveries/step-in-doubt.ts`,
        from: 'facts.whenInDoubt === "stop"',
        to: 'facts.whenInDoubt === "never"',
      },
    ],
  },
  "a used nonce opens another grant": {
    seedsMax: 100,
    edits: [
      {
        file: `${GATEWAY}/store/facts/confirm.ts`,
        from: "if (used !== undefined) return repeat(context, callback, used, now);",
        to: "",
      },
    ],
  },
  "a callback of use to somebody else": {
    seedsMax: 200,
    edits: [
      {
        file: `${GATEWAY}/store/facts/confirm.ts`,
        from: 'if (used.openid !== openid) return { kind: "refused", reason: "nonce_used" };',
        to: "",
      },
    ],
  },
  "a late errcode 0 thrown away": {
    seedsMax: 1_000,
    edits: [
      {
        file: `${GATEWAY}/store/facts/settle.ts`,
        from: 'if (judgeOutcome(attempt.outcome).kind !== "ok") return',
        to: "if (attempt.outcome !== undefined) return",
      },
    ],
  },
  "a grant given back to nobody who waits": {
    seedsMax: 600,
    edits: [
      {
        file: `${GATEWAY}/store/facts/settle.ts`,
        from: "if (grant !== undefined && grant.noted === undefined) serveWaiter(context, grant, now);",
        to: "",
      },
    ],
  },
  "cancelled while it may have been sent": {
    seedsMax: 1_000,
    edits: [
      {
        file: `${GATEWAY}/deliveries/close-delivery.ts`,
        from: "if (!isIdle || isInDoubt(delivery)) return undefined;",
        to: "if (!isIdle) return undefined;",
      },
    ],
  },
  "a key seen before is accepted again": {
    seedsMax: 100,
    edits: [
      {
        file: `${GATEWAY}/store/facts/accept.ts`,
        from: "if (known !== undefined) return known;",
        to: "",
      },
    ],
  },
};
