/**
 * A business domain in the form hosts are compared in: lower case, ASCII. `undefined` for what is no bare host, for a path,
 * port or scheme has no place in it.
 */
export function parseBusinessDomain(text: string): string | undefined {
  if (/[\s/:?#@\\]/.test(text)) return undefined;
  const host = URL.parse(`http://${text}`)?.hostname;
  return host === undefined || host === "" ? undefined : host;
}
