import { StoreError } from "@yici/protocol";
import postgres from "postgres";

/** The server refused a statement, and its connection goes on. Then nothing was committed. */
export function isRefusal(error: unknown): error is postgres.PostgresError {
  return error instanceof postgres.PostgresError && error.severity === "ERROR";
}

/** Two transactions met; each may succeed when it is tried again: deadlock, serialization, a lock not had in time. */
export function isCollision(error: unknown): boolean {
  return isRefusal(error) && /^(?:40|55P03)/.test(error.code);
}

/** There is a row of that key already. */
export function isTaken(error: unknown): boolean {
  return isRefusal(error) && error.code === "23505";
}

/** What was to be written is at fault, and not the server's condition: what of it can be found by halves. */
export function isOfData(error: unknown): boolean {
  return isRefusal(error) && /^(?:22|23|42|P0)/.test(error.code);
}

/** What went wrong, without the rows that the server quotes. Mistakes of the caller stay what they are. */
export function explainFailure(
  error: unknown,
  { isCommitUnknown }: { readonly isCommitUnknown: boolean },
): unknown {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof StoreError) {
    return error;
  }
  if (error instanceof postgres.PostgresError) {
    for (const part of QUOTING) Reflect.deleteProperty(error, part);
  }
  const message = isCommitUnknown
    ? "nobody can say whether the commit happened"
    : "the database did not do what it was asked";
  return new StoreError(message, { cause: error, isCommitUnknown });
}

/** The parts of an error that may quote rows. */
const QUOTING = ["detail", "where", "internal_query"];
