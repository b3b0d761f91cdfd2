/** What went wrong with a database file. `in_use` and `too_new` are for the operator, the rest for the caller. */
export type DatabaseErrorCode =
  | "YICI_DATABASE_IN_USE"
  | "YICI_DATABASE_TOO_NEW"
  | "YICI_DATABASE_UNUSABLE"
  | "YICI_COMMIT_UNKNOWN"
  | "YICI_DATABASE_CLOSED";

/** The database did not do what it was asked. After `YICI_COMMIT_UNKNOWN` nobody may act on the facts involved. */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DatabaseError";
    this.code = code;
  }
}
