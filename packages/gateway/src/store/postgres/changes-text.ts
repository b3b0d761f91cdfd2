import { recordAttempt } from "../recorded-attempts.ts";
import type { Changed } from "./shelf.ts";
import type { GrantRow, StoredDelivery } from "./standing-delivery.ts";

/**
 * Deliveries that were there and changed, as `yici_write` takes them: what most of a round comes to is the same, so that is
 * said once for all it is true of, beside what each has of its own.
 */
export function writeDeliveryChanges(written: readonly StoredDelivery[]): string | undefined {
  return writeAlike(written, {
    inCommon: ({ delivery, turn, attempts }) => ({
      state: delivery.state,
      attempt_number: delivery.attemptNumber,
      counted_attempts: delivery.countedAttempts,
      token_faults: delivery.tokenFaults,
      doubt: delivery.doubt,
      unanswered_at: delivery.unansweredAt,
      has_heard_confirmation: delivery.hasHeardConfirmation,
      cause: delivery.cause,
      errcode: delivery.errcode,
      fault: delivery.fault,
      likely: delivery.likely,
      settled_at: delivery.settledAt,
      turn,
      attempts: attempts.map(recordAttempt),
    }),
    eachOf: (group) => ({
      message_ids: group.map(({ delivery }) => delivery.messageId),
      due_ats: group.map(({ delivery }) => delivery.dueAt),
      closes_ats: group.map(({ delivery }) => delivery.closesAt),
      generations: group.map(({ delivery }) => delivery.generation),
      places: group.map(({ place }) => place),
    }),
  });
}

/** The same of grants. */
export function writeGrantChanges(changed: readonly Changed<GrantRow>[]): string | undefined {
  return writeAlike(changed, {
    inCommon: ({ before, value }) => ({
      state: value.grant.state,
      void_cause: value.grant.voidCause,
      noted: value.grant.noted,
      changed_at: value.grant.changedAt,
      used_at: value.usedAt,
      ...writeRenewal(before, value),
    }),
    eachOf: (group) => ({
      openids: group.map(({ value: { grant } }) => grant.openid),
      scenes: group.map(({ value: { grant } }) => grant.scene),
      generations: group.map(({ value: { grant } }) => grant.generation),
      message_ids: group.map(({ value: { grant } }) => grant.messageId),
      places: group.map(({ before }) => before?.place),
    }),
  });
}

/** What confirmations alone change: all of it, or nothing. */
function writeRenewal(before: GrantRow | undefined, { grant }: GrantRow): object {
  const { evidence, browserHash, grantedAt, renewedAt, isMaybeSpent } = grant;
  const isKept =
    before?.grant.evidence === evidence &&
    before.grant.browserHash === browserHash &&
    before.grant.grantedAt === grantedAt &&
    before.grant.renewedAt === renewedAt &&
    before.grant.isMaybeSpent === isMaybeSpent;
  if (isKept) return {};
  return {
    evidence,
    browser_hash: browserHash,
    granted_at: grantedAt,
    renewed_at: renewedAt,
    is_maybe_spent: isMaybeSpent,
  };
}

interface Writing<T> {
  readonly inCommon: (value: T) => object;
  /** Columns of several rows, by position. */
  readonly eachOf: (group: readonly T[]) => object;
}

/** What is undefined is absent, which `json_to_recordset` makes null; nothing when there is nothing to write. */
function writeAlike<T>(values: readonly T[], { inCommon, eachOf }: Writing<T>): string | undefined {
  if (values.length === 0) return undefined;
  const groups = Map.groupBy(values, (value) => JSON.stringify(inCommon(value)));
  const texts = Array.from(groups, ([common, group]) => {
    return `${common.slice(0, -1)},${JSON.stringify(eachOf(group)).slice(1)}`;
  });
  return `[${texts.join(",")}]`;
}
