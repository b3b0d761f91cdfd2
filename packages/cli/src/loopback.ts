/** Whether only this machine reaches a host of that name or address. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Whether only this machine reaches that address. */
export function isLoopbackUrl(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

const LOOPBACK = /^(localhost|(.+\.)?localhost|127(\.[0-9]{1,3}){3}|\[?::1\]?)$/i;
