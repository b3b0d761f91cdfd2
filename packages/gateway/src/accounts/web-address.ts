/**
 * Reads the address under which browsers reach us: http or https, perhaps with a path prefix, no user name, query or
 * fragment. Answers it without a slash at its end, or `undefined` when it is not such an address.
 */
export function parsePublicUrl(text: string): string | undefined {
  const url = parseBareAddress(text);
  return url === undefined ? undefined : `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** Reads the origin of a server: an http or https address without path. Answers `undefined` when it is not one. */
export function parseOrigin(text: string): string | undefined {
  const url = parseBareAddress(text);
  return url?.pathname === "/" ? url.origin : undefined;
}

/** Reads the address of a service to call: http or https, perhaps with path and query, no user name or fragment. */
export function parseServiceUrl(text: string): string | undefined {
  const url = /^https?:\/\/[^\s#@]+$/i.test(text) ? URL.parse(text) : null;
  return url?.href;
}

function parseBareAddress(text: string): URL | undefined {
  const url = /^https?:\/\/[^\s?#@]+$/i.test(text) ? URL.parse(text) : null;
  return url ?? undefined;
}
