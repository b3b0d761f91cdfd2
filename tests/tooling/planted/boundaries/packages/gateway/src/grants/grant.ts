import type { Signature } from "@yici/protocol";
import type { now as clock } from "@yici/runtime";

export function isLive(now: number, expiresAt: number, evidence: unknown): boolean {
  const signature: Signature = "";
  return now < expiresAt && evidence !== signature;
}

export type Clock = typeof clock;
