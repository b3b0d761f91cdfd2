import { getCACertificates } from "node:tls";
import { buildConnector, type Dispatcher, ProxyAgent } from "undici";
import { PlainAgent } from "./http/plain-agent.ts";

/** How the process reaches other hosts. */
export interface DispatcherOptions {
  /** Sockets kept to one origin. Default 80. */
  readonly connections?: number;
  /** Address of an HTTP proxy that all requests go through. */
  readonly proxy?: string;
  /** How long a connection may take to open, in milliseconds. Default 5 000. */
  readonly connectTimeoutMs?: number;
  /** What is different about https here. */
  readonly tls?: TlsTrust;
}

/** Whom https is believed. */
interface TlsTrust {
  /** Certificate of the authority to trust, PEM, in the place of those that everybody trusts. */
  readonly ca?: string;
  /** The same, beside them. Of the two, give one. */
  readonly extraCa?: string;
  /** The host to ask for and to find in the certificate, whatever the address. Default: the address's own. */
  readonly servername?: string;
}

/** A pool of connections for every origin. The caller closes it. */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const { connections = 80, connectTimeoutMs: timeout = 5_000, proxy } = options;
  // One lost connection must leave one request unanswered, not every request that shares it.
  const allowH2 = false;
  const trust = options.tls === undefined ? {} : readTrust(options.tls);
  if (proxy === undefined) {
    return new PlainAgent({ connections, connect: buildConnector({ ...trust, timeout, allowH2 }) });
  }
  return new ProxyAgent({
    uri: proxy,
    connections,
    connectTimeout: timeout,
    allowH2,
    connect: trust,
  });
}

function readTrust({ extraCa, ...trust }: TlsTrust) {
  return extraCa === undefined
    ? trust
    : { ...trust, ca: [...getCACertificates("default"), extraCa] };
}
