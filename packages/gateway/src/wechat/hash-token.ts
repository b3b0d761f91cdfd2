import { hash } from "node:crypto";
import type { AccessToken } from "@yici/protocol";

/** What names a token without showing it: its SHA-256, in hexadecimal. */
export function hashToken(token: AccessToken): string {
  return hash("sha256", token);
}
