/** An answer that has come to its end. */
export interface ReadAnswer {
  readonly status: number;
  /** Whether the connection can take the next request. */
  readonly canContinue: boolean;
}

interface AnswerEnd {
  /** Whether the answer is to a HEAD request: without a body, whatever it says. */
  readonly isHead: boolean;
  /** Whether nothing more will come. */
  readonly hasEnded: boolean;
}

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = Buffer.from(`0${HEAD_END}`);

/** Reads the answer in what was received so far, if it is complete. Of a stream without end the head is enough. */
export function readAnswer(
  received: Buffer,
  { isHead, hasEnded }: AnswerEnd,
): ReadAnswer | undefined {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = received.subarray(0, headEnd).toString("latin1").toLowerCase();
  const body = received.subarray(headEnd + HEAD_END.length);
  const status = Number(/^http\/1\.1 (\d{3})/u.exec(head)?.[1]);
  if (status < 200) return readAnswer(body, { isHead, hasEnded });
  if (hasEnded || head.includes("text/event-stream")) return { status, canContinue: false };
  const isComplete = isHead || status === 204 || status === 304 || hasWholeBody(head, body);
  return isComplete ? { status, canContinue: !head.includes("connection: close") } : undefined;
}

function hasWholeBody(head: string, body: Buffer): boolean {
  const length = /content-length: (\d+)/u.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length);
  return (
    head.includes("transfer-encoding: chunked") &&
    body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
  );
}
