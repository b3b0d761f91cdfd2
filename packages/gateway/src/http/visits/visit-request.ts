import type { PlainRequest } from "@yici/runtime";
import type { FastifyRequest } from "fastify";

/** A visitor's request, wherever it is answered. */
export interface VisitRequest {
  readonly method: string;
  /** Path and query, without what an account's address may have before ours. */
  readonly url: string;
  /** The visitor's, which a trusted proxy says. */
  readonly ip: string;
  /** The visitor's, which a trusted proxy says. */
  readonly protocol: string;
  /** A header by its name in lower case; empty when it is not there. */
  readonly readHeader: (name: string) => string;
}

/** A request that Fastify has routed. */
export function readRouted(request: FastifyRequest): VisitRequest {
  const { method, url, ip, protocol, headers } = request;
  const readHeader = (name: string): string => {
    const value = headers[name];
    return typeof value === "string" ? value : (value ?? []).join(" ");
  };
  return { method, url, ip, protocol, readHeader };
}

const FORWARDED_FOR = "x-forwarded-for";
const FORWARDED_PROTO = "x-forwarded-proto";
const ADDRESS = /^[0-9A-Fa-f.:]{2,45}$/;

/** Whether a proxy, if there is one, has said in the plainest form for whom it asks: one address, one protocol. */
export function isPlainlyForwarded({ headers }: PlainRequest["head"]): boolean {
  const [address, protocol] = [headers.get(FORWARDED_FOR), headers.get(FORWARDED_PROTO)];
  const isPlain = protocol === undefined || protocol === "https" || protocol === "http";
  return isPlain && (address === undefined || ADDRESS.test(address));
}

/** A plainly forwarded request that came to the door over plain http: as Fastify would read it there. */
export function readAtDoor(
  { head: { method, target, headers } }: PlainRequest,
  remoteAddress: string,
  isTrusted: (address: string) => boolean,
): VisitRequest {
  const believed = isTrusted(remoteAddress) ? headers : NOTHING;
  return {
    method,
    url: target,
    ip: believed.get(FORWARDED_FOR) ?? remoteAddress,
    protocol: believed.get(FORWARDED_PROTO) ?? "http",
    readHeader: (name) => headers.get(name) ?? "",
  };
}

const NOTHING: ReadonlyMap<string, string> = new Map();
