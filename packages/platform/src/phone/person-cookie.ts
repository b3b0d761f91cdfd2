/** Names the person whose phone this browser is. */
export const PERSON_COOKIE = "yici_person";

const YEAR_S = 365 * 24 * 3600;

/** The person's id from a request's `Cookie` header, if it holds one. It may be anybody's: look the person up. */
export function readPersonCookie(header: string | undefined): string | undefined {
  for (const pair of (header ?? "").split(";")) {
    const [name, value] = pair.split("=", 2);
    if (name?.trim() === PERSON_COOKIE && value !== undefined) return decode(value.trim());
  }
  return undefined;
}

/** The `Set-Cookie` header that makes a browser this person's. `isSecure` where browsers come by https. */
export function buildPersonCookie(personId: string, isSecure: boolean): string {
  const value = encodeURIComponent(personId);
  return `${PERSON_COOKIE}=${value}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
