/**
 * Whether only a sandbox takes this for an address of an account: it has a port, or its host is an IP address or this very
 * machine. The real console refuses all of them (facts 1.7).
 */
export function isSandboxAddress({ hostname, port }: URL): boolean {
  return port !== "" || hostname.startsWith("[") || IPV4.test(hostname) || LOCALHOST.test(hostname);
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const LOCALHOST = /(?:^|\.)localhost$/;
