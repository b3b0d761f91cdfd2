import { type Static, Type } from "typebox";

/** What marks a file as ours. */
export const SNAPSHOT_FORMAT = "yici-platform-snapshot";

/** The rows of one table; a cell is a text, a number or null. */
const SnapshotTable = Type.Object({
  columns: Type.Array(Type.String()),
  rows: Type.Array(Type.Array(Type.Unknown())),
});

/**
 * The whole state of a platform as one JSON value, or file: accounts with their secrets, people, grants, tokens, messages,
 * journal. Whoever has it can act for the accounts in it, so it is kept as their secrets are. Faults are instruments, not
 * state, and are not in it; neither is what belongs to the installation, such as the key of its forms.
 */
export const Snapshot = Type.Object({
  format: Type.Literal(SNAPSHOT_FORMAT),
  /** The schema that the tables follow. An older one is brought up to date, a newer one is refused. */
  version: Type.Integer({ minimum: 1 }),
  /** The platform's clock when it was taken: a clock that is behind is put forward to it. */
  at: Type.Integer({ minimum: 0 }),
  /** For whoever opens the file. */
  warning: Type.Optional(Type.String()),
  tables: Type.Record(Type.String(), SnapshotTable),
});
export type Snapshot = Static<typeof Snapshot>;

/** The tables alone, by name. */
export type SnapshotTables = Snapshot["tables"];
