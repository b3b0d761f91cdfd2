import { StoreError } from "@yici/protocol";
import { DatabaseError, type DatabaseErrorCode } from "@yici/runtime";

/** An error as it crosses between threads, which keep of an error's class and fields only what they know. */
export type Failure =
  | {
      readonly kind: "store";
      readonly message: string;
      readonly isCommitUnknown: boolean;
      readonly cause: Failure;
    }
  | {
      readonly kind: "database";
      readonly message: string;
      readonly code: DatabaseErrorCode;
      readonly cause: Failure;
    }
  /** One of the language's own classes. */
  | { readonly kind: "plain"; readonly error: unknown };

export function packFailure(error: unknown): Failure {
  if (error instanceof StoreError) {
    const { message, isCommitUnknown, cause } = error;
    return { kind: "store", message, isCommitUnknown, cause: packFailure(cause) };
  }
  if (error instanceof DatabaseError) {
    const { message, code, cause } = error;
    return { kind: "database", message, code, cause: packFailure(cause) };
  }
  return { kind: "plain", error };
}

export function unpackFailure(failure: Failure): unknown {
  switch (failure.kind) {
    case "store": {
      const { message, isCommitUnknown, cause } = failure;
      return new StoreError(message, { isCommitUnknown, cause: unpackFailure(cause) });
    }
    case "database":
      return new DatabaseError(failure.code, failure.message, unpackFailure(failure.cause));
    case "plain":
      return failure.error;
  }
}
