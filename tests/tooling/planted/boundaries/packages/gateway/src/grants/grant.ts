import type { Signature } from "@yici/protocol";

export function isLive(now: number, expiresAt: number, evidence: unknown): boolean {
  const signature: Signature = "";
  return now < expiresAt && evidence !== signature;
}
