import { Type } from "typebox";
import type { Static } from "typebox";
import { EVIDENCE } from "../../grants/grant.ts";
import type { Grant } from "../../grants/grant.ts";
import type { SlotReport } from "../../store/ledger.ts";
import { BilingualJson, InstantJson, nullable, showInstant } from "./json.ts";

/** Where a grant stands. */
export const GrantStateJson = Type.Enum(["available", "held", "spent", "void"]);
/** What a grant rests on. */
export const EvidenceJson = Type.Enum([...EVIDENCE], {
  description: "Why the grant is believed to exist, weakest first",
});
/** What a confirmation did to its slot. */
export const ConfirmEffectJson = Type.Enum(["opened", "renewed", "noted", "replaced", "kept"]);

/** One generation of a slot as it is shown. */
export const GrantJson = Type.Object({
  openid: Type.String(),
  scene: Type.Integer(),
  generation: Type.Integer(),
  state: GrantStateJson,
  evidence: EvidenceJson,
  granted_at: InstantJson,
  renewed_at: InstantJson,
  is_maybe_spent: Type.Boolean({
    description:
      "The person was asked before the slot's last message went out, so a send may find it used",
  }),
  void_cause: nullable(
    Type.Enum(["platform_refused", "recipient_gone", "in_doubt", "expired", "declined"]),
  ),
  message_id: nullable(
    Type.String({ description: "The message that holds or spent it, or last did" }),
  ),
  changed_at: InstantJson,
});

/** One confirmation that was heard, whatever it changed. */
export const ConfirmationJson = Type.Object({
  at: InstantJson,
  evidence: EvidenceJson,
  effect: ConfirmEffectJson,
  generation: Type.Integer(),
  source: Type.Object({ kind: Type.Enum(["link", "request", "import"]), id: Type.String() }),
});

/** A link that can bring another grant. */
export const AskAgainJson = Type.Object({
  link_id: Type.String(),
  title: Type.String(),
  entry_url: Type.String(),
});

/** All that is known of one slot. */
export const SlotJson = Type.Object({
  openid: Type.String(),
  scene: Type.Integer(),
  grants: Type.Array(GrantJson, { description: "Newest first" }),
  confirmations: Type.Array(ConfirmationJson, { description: "Newest first, at most 50" }),
  summary: BilingualJson,
  ask_again: Type.Array(AskAgainJson, { description: "Links of this scene" }),
});

/** A grant as the wire shows it. */
export function showGrant(grant: Grant): Static<typeof GrantJson> {
  return {
    openid: grant.openid,
    scene: grant.scene,
    generation: grant.generation,
    state: grant.state,
    evidence: grant.evidence,
    granted_at: showInstant(grant.grantedAt),
    renewed_at: showInstant(grant.renewedAt),
    is_maybe_spent: grant.isMaybeSpent,
    void_cause: grant.voidCause ?? null,
    message_id: grant.messageId ?? null,
    changed_at: showInstant(grant.changedAt),
  };
}

/** A slot's history as the wire shows it. */
export function showSlotHistory(
  slot: SlotReport,
): Pick<Static<typeof SlotJson>, "openid" | "scene" | "grants" | "confirmations"> {
  return {
    openid: slot.openid,
    scene: slot.scene,
    grants: slot.grants.map(showGrant),
    confirmations: slot.confirmations.map(({ at, evidence, effect, generation, source }) => ({
      at: showInstant(at),
      evidence,
      effect,
      generation,
      source: { kind: source.kind, id: source.id },
    })),
  };
}
