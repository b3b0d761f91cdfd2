/** A cookie's value, decoded, from a request's `Cookie` header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? "").split(";")) {
    const mark = pair.indexOf("=");
    if (pair.slice(0, mark).trim() === name) return decode(pair.slice(mark + 1).trim());
  }
  return undefined;
}

/** A `Set-Cookie` header for a cookie that scripts do not see and other sites' forms do not send. */
export function buildCookie(name: string, value: string, { isSecure }: CookieOptions): string {
  const secure = isSecure ? "; Secure" : "";
  return `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Lax${secure}`;
}

export interface CookieOptions {
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
}

const YEAR_S = 31_536_000;

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
