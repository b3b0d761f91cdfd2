/** The `access_token` of a query; an empty one counts as absent. */
export function findAccessToken(rawQuery: string): string | undefined {
  // The one parameter that nearly every call has alone is not worth a whole query's parsing.
  if (PLAIN_TOKEN.test(rawQuery)) return rawQuery.slice("access_token=".length);
  const token = new URLSearchParams(rawQuery).get("access_token");
  return token === null || token === "" ? undefined : token;
}

const PLAIN_TOKEN = /^access_token=[A-Za-z0-9_-]+$/;
