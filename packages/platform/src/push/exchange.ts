import type { BilingualText } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { LIMITS } from "../limits.ts";

/** A request to a developer's server. */
export interface Question {
  readonly url: string;
  readonly query: URLSearchParams;
  /** Absent: a GET. */
  readonly post?: { readonly contentType: string; readonly body: string };
}

/** What came back in time, or why nothing did. */
export type Exchange =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "failed"; readonly why: BilingualText };

/** Documented: a developer's server has five seconds. */
export const ANSWER_TIME_MS = 5_000;

/** Asks a developer's server, which has until `deadline` aborts. Follows no redirect; never rejects. */
export async function exchange(
  { dispatcher }: Pick<World, "dispatcher">,
  question: Question,
  deadline: AbortSignal,
): Promise<Exchange> {
  const { origin, pathname, search } = new URL(question.url);
  const query = [search.slice(1), question.query.toString()].filter((part) => part !== "");
  try {
    const { statusCode, body } = await dispatcher.request({
      origin,
      path: query.length === 0 ? pathname : `${pathname}?${query.join("&")}`,
      method: question.post === undefined ? "GET" : "POST",
      headers: question.post === undefined ? {} : { "content-type": question.post.contentType },
      body: question.post?.body ?? null,
      signal: deadline,
    });
    return { kind: "answered", status: statusCode, text: await readText(body) };
  } catch (error) {
    return { kind: "failed", why: deadline.aborted ? TOO_LATE : describe(error) };
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > LIMITS.pushAnswerBytesMax) throw new RangeError("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const TOO_LATE: BilingualText = {
  zh: "对方 5 秒内没有答复",
  en: "there was no answer within 5 seconds",
};

/** The error's code alone: its text may hold the address with its query. */
function describe(error: unknown): BilingualText {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const detail = code === "" ? "" : ` (${code})`;
  return { zh: `连不上对方的服务器${detail}`, en: `the server could not be reached${detail}` };
}
