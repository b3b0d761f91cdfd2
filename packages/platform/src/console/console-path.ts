/** The address of an account's page in the console, or of one of its forms. */
export function consolePath(appid: string, section?: string): string {
  return section === undefined ? `/mp/accounts/${appid}` : `/mp/accounts/${appid}/${section}`;
}
