import type { FastifyReply } from "fastify";

/** What went wrong, as RFC 9457 tells it; `code` is the contract. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  /** The single faults, when there are several to tell. */
  readonly issues?: readonly unknown[];
}

/** Answers with a problem, under the status that `reply` already has. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .send(JSON.stringify({ status: reply.statusCode, ...problem }));
}
