import { createHmac } from "node:crypto";

export type Signature = string;

export function sign(text: string): Signature {
  return createHmac("sha256", "key").update(text).digest("hex");
}
