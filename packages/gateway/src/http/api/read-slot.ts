import { parseOpenId, parseScene } from "@yici/protocol";
import type { OpenId, Scene } from "@yici/protocol";
import { expectField } from "./expect-field.ts";
import { refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";

/** Reads who and what for, as they stand in a path or a body. Throws the problem `invalid_request`. */
export function readSlot(
  slot: { readonly openid: string; readonly scene: number },
  path: readonly string[] = [],
): { readonly openid: OpenId; readonly scene: Scene } {
  const issues: RequestIssue[] = [];
  const openid = expectField(parseOpenId(slot.openid), [...path, "openid"], issues);
  const scene = expectField(parseScene(slot.scene), [...path, "scene"], issues);
  if (openid === undefined || scene === undefined) throw refuseContent(issues);
  return { openid, scene };
}
