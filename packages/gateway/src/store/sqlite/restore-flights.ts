import type { SqliteFile } from "@yici/runtime";
import type { Attempt } from "../../deliveries/delivery.ts";
import { startAttempt } from "../../deliveries/start-attempt.ts";
import type { Outgoing } from "../rows.ts";
import { findDelivery } from "./tables/deliveries.ts";
import { listStarts, type Starts } from "./tables/starts.ts";

/** A delivery that is being sent, and the attempt in flight. */
export interface RestoredFlight extends Outgoing {
  readonly attempt: Attempt;
}

export interface RestoredStarts {
  readonly starts: Starts & { readonly attempts: [messageId: string, number: number][] };
  readonly flights: readonly RestoredFlight[];
}

/** What was being sent when the file was last written: begun, and not ended since. */
export function restoreFlights(file: SqliteFile): readonly RestoredStarts[] {
  return listStarts(file).map((starts) => ({
    starts: { ...starts, attempts: starts.attempts.map(([id, number]) => [id, number]) },
    flights: starts.attempts.flatMap(([messageId, number]) => {
      const row = findDelivery(file, starts.appid, messageId);
      return row === undefined ? [] : restore(row, starts, number);
    }),
  }));
}

/** The rule that began it says once more what that made of it. */
function restore(
  { terms, delivery }: Outgoing,
  { leaseId, leaseExpiresAt, startedAt }: Starts,
  number: number,
): readonly RestoredFlight[] {
  const isWritten = delivery.state === "sending";
  const attempt = {
    appid: delivery.appid,
    messageId: delivery.messageId,
    number,
    generation: delivery.generation ?? 0,
    leaseId,
    startedAt,
    finishedAt: undefined,
    outcome: undefined,
    isLate: false,
  };
  if (isWritten) return delivery.attemptNumber === number ? [{ terms, delivery, attempt }] : [];
  if (delivery.attemptNumber >= number) return [];
  const leased = {
    ...delivery,
    state: "queued" as const,
    leaseId,
    leaseExpiresAt,
    dueAt: leaseExpiresAt,
  };
  const decision = startAttempt(leased, leaseId, startedAt);
  return decision.kind === "refused" ? [] : [{ terms, ...decision }];
}
