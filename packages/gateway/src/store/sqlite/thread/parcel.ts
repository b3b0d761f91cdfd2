/** What crosses between threads: a JSON text, or whatever it is. */
export type Parcel = { readonly text: string } | { readonly value: unknown };

/**
 * Calls whose questions or answers travel as JSON: those of every message, many small objects at once, for which a text
 * costs less than half of what copying the objects does. What is `undefined` in them arrives as absent.
 */
const QUESTIONS_AS_TEXT: readonly string[] = ["accept", "advance", "confirm"];
const ANSWERS_AS_TEXT: readonly string[] = ["accept", "confirm", "lease"];

export function packQuestion(call: string, parts: readonly unknown[]): Parcel {
  return QUESTIONS_AS_TEXT.includes(call) ? { text: JSON.stringify(parts) } : { value: parts };
}

export function packAnswer(call: string, answer: unknown): Parcel {
  return ANSWERS_AS_TEXT.includes(call) ? { text: JSON.stringify(answer) } : { value: answer };
}

export function unpack(parcel: Parcel): unknown {
  return "text" in parcel ? JSON.parse(parcel.text) : parcel.value;
}
