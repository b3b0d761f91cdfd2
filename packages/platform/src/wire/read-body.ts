import type { IncomingMessage } from "node:http";

/** A request's body as text, or why there is none. */
export type ReadBody =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "too_long" }
  /** The other side went away in the middle. */
  | { readonly kind: "broken_off" };

/** Reads the whole body as UTF-8, whatever its content type says. Never rejects. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) resolve({ kind: "too_long" });
      else chunks.push(chunk);
    });
    request.on("end", () => resolve({ kind: "read", text: decode(chunks) }));
    // An error, too, ends with this, and is nobody's who does not listen for it.
    request.on("close", () => resolve(BROKEN_OFF));
  });
}

const BROKEN_OFF: ReadBody = { kind: "broken_off" };

function decode(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined
    ? only.toString("utf8")
    : Buffer.concat(chunks).toString("utf8");
}
