import type { AppId } from "@yici/protocol";
import type { Preview } from "./loaded-rows.ts";
import { type JointReach, joinReaches, withoutRecalled } from "./reach.ts";
import type { Remembered, RememberedDelivery } from "./remembered.ts";
import type { PendingFact } from "./run-facts.ts";

/** What a batch is to read, and what it need not. */
export interface Plan {
  readonly appid: AppId;
  readonly batch: readonly PendingFact[];
  readonly reach: JointReach;
  readonly recalled: readonly RememberedDelivery[];
  /** What may be leased, if it was read beforehand and still stands. */
  readonly preview: Preview | undefined;
}

/** At first what is remembered is not read, but where an attempt is meant that is not in flight. */
export function planBatch(
  appid: AppId,
  batch: readonly PendingFact[],
  remembered: Remembered,
): Plan {
  const reach = joinReaches(batch.map((fact) => fact.reach));
  const late = reach.attempts
    .filter((one) => remembered.find(appid, one.messageId)?.attempt?.number !== one.number)
    .map(({ messageId }) => messageId);
  const recalled = reach.carried
    .filter((messageId) => !late.includes(messageId))
    .flatMap((messageId) => remembered.find(appid, messageId) ?? []);
  return { appid, batch, reach, recalled, preview: findPreview(appid, batch, remembered) };
}

/** What is neither remembered nor was read beforehand. */
export function leaveToRead({ reach, recalled, preview }: Plan): JointReach {
  const left = withoutRecalled(reach, recalled);
  return preview === undefined ? left : { ...left, dueCount: 0 };
}

/** What one lease has read beforehand, if it still stands. */
function findPreview(
  appid: AppId,
  batch: readonly PendingFact[],
  remembered: Remembered,
): Preview | undefined {
  const [lease, ...others] = batch.filter((fact) => fact.reach.dueCount);
  if (lease?.preview === undefined || others.length > 0) return undefined;
  return remembered.stands(appid, lease.preview.version) ? lease.preview : undefined;
}
