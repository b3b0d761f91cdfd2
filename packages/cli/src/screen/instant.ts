/** An instant of the API (RFC 3339) as the clock on this machine's wall shows it; nothing for none. */
export function showInstant(text: string | null): string {
  return text === null ? "" : new Date(text).toLocaleString("sv-SE");
}
