/**
 * A text as a literal of SQL, whatever the server's `standard_conforming_strings` says. Batches are sent as simple
 * queries, each in one message: that is one round trip, and needs no prepared statement behind a pooler.
 */
export function literal(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
