import type { EpochMs } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { CHECK_MS } from "./checkup-ground.ts";

/** What a look at an address came to. */
export type Visited =
  | {
      readonly kind: "visited";
      readonly status: number;
      readonly body: string;
      /** What time it is there, by the `Date` header. */
      readonly dateAt: EpochMs | undefined;
    }
  /** `reason`: a stable word of the system's. */
  | { readonly kind: "failed"; readonly reason: string };

/** Looks at an address with GET. Never rejects. */
export async function visit(
  { dispatcher }: Pick<World, "dispatcher">,
  url: string,
): Promise<Visited> {
  const { origin, pathname, search } = new URL(url);
  try {
    const reply = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: "GET",
      headersTimeout: CHECK_MS,
      bodyTimeout: CHECK_MS,
    });
    const body = await reply.body.text();
    const dateAt = Date.parse(String(reply.headers["date"]));
    return {
      kind: "visited",
      status: reply.statusCode,
      body,
      dateAt: Number.isNaN(dateAt) ? undefined : dateAt,
    };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { kind: "failed", reason: typeof code === "string" ? code : "unreadable" };
  }
}
