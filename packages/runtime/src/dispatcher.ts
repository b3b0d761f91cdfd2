import { Agent, type Dispatcher, ProxyAgent } from "undici";

/** How the process reaches other hosts. */
export interface DispatcherOptions {
  /** Sockets kept to one origin. Default 64. */
  readonly connections?: number;
  /** Address of an HTTP proxy that all requests go through. */
  readonly proxy?: string;
  /** How long a connection may take to open, in milliseconds. Default 5 000. */
  readonly connectTimeoutMs?: number;
}

/** A pool of connections for every origin. The caller closes it. */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const pool = {
    connections: options.connections ?? 64,
    connectTimeout: options.connectTimeoutMs ?? 5_000,
    // One lost connection must leave one request unanswered, not every request that shares it.
    allowH2: false,
  };
  return options.proxy === undefined
    ? new Agent(pool)
    : new ProxyAgent({ uri: options.proxy, ...pool });
}
