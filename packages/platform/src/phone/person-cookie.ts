import { buildCookie, readCookie } from "../http/cookies.ts";

/** Names the person whose phone this browser is. */
const PERSON_COOKIE = "yici_person";

/** The person's id from a request's `Cookie` header, if it holds one. It may be anybody's: look the person up. */
export function readPersonCookie(header: string | undefined): string | undefined {
  return readCookie(header, PERSON_COOKIE);
}

/** The `Set-Cookie` header that makes a browser this person's. `isSecure` where browsers come by https. */
export function buildPersonCookie(personId: string, isSecure: boolean): string {
  return buildCookie(PERSON_COOKIE, personId, { isSecure });
}
