const QUOTE = "$y$";

/**
 * A text as a literal of SQL, whatever the server's `standard_conforming_strings` says. Batches are sent as simple
 * queries, each in one message: that is one round trip, and needs no prepared statement behind a pooler. Between dollar
 * quotes nothing is escaped; a text that holds our quote, or may form it, is escaped instead.
 */
export function literal(text: string): string {
  if (!text.includes(QUOTE) && !text.endsWith("$") && !text.endsWith("$y")) {
    return `${QUOTE}${text}${QUOTE}`;
  }
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
