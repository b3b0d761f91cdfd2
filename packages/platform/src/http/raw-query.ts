import type { FastifyRequest } from "fastify";

/** The query as it arrived, without its `?`. */
export function readRawQuery({ url }: Pick<FastifyRequest, "url">): string {
  const mark = url.indexOf("?");
  return mark === -1 ? "" : url.slice(mark + 1);
}
