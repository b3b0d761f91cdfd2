/** The address that admits a phone to a platform which needs a token, and leads it on to `open`. */
export function buildPhoneEntry(platformUrl: string, accessToken: string, open: string): string {
  const query = new URLSearchParams({ token: accessToken, open });
  return `${platformUrl}/phone/enter?${query.toString()}`;
}
