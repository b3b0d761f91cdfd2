import type { FastifyRequest } from "fastify";

/** Whether a browser is WeChat's own, by what it says of itself. */
export function isInWechat(userAgent: string): boolean {
  return /\bMicroMessenger\//.test(userAgent);
}

/** What a browser says of itself; empty when it says nothing. */
export function readUserAgent({ headers }: Pick<FastifyRequest, "headers">): string {
  return headers["user-agent"] ?? "";
}
