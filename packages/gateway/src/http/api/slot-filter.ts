import { parseOpenId, parseScene, type OpenId, type Scene } from "@yici/protocol";

/** The slots that a list is narrowed to. */
export interface SlotFilter {
  readonly openid: OpenId | undefined;
  readonly scene: Scene | undefined;
}

/** Reads a list's filter; `undefined` when it names what cannot be an openid or a scene, and so matches nothing. */
export function readSlotFilter(query: {
  readonly openid?: string;
  readonly scene?: number;
}): SlotFilter | undefined {
  const openid = query.openid === undefined ? undefined : parseOpenId(query.openid);
  const scene = query.scene === undefined ? undefined : parseScene(query.scene);
  const isMatchable =
    (openid === undefined) === (query.openid === undefined) &&
    (scene === undefined) === (query.scene === undefined);
  return isMatchable ? { openid, scene } : undefined;
}
