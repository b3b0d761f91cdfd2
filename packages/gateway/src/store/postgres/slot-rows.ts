import { strict as assert } from "node:assert";
import type { EpochMs } from "@yici/protocol";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type { Slot, SlotRow } from "../rows.ts";
import { grantKey, slotKey } from "./loaded-rows.ts";
import { Shelf } from "./shelf.ts";
import type { GrantRow } from "./standing-delivery.ts";

/** A fact asks for what stands beside a remembered delivery, and was not read. */
export class UnreadError extends Error {}

/** The slots and grants of a batch. */
export class SlotRows {
  readonly slots = new Shelf<SlotRow>();
  readonly grants = new Shelf<GrantRow>();
  /** The last generations of slots that were not read: a grant that is held is its slot's last one. */
  readonly #held = new Map<string, number>();

  constructor(slots: readonly SlotRow[], grants: readonly GrantRow[]) {
    for (const slot of slots) this.slots.load(slotKey(slot.key), slot);
    for (const row of grants) this.#load(row);
  }

  /** Takes on a grant that a remembered delivery holds. */
  hold(row: GrantRow): void {
    this.#load(row);
    this.#held.set(slotKey(row.grant), row.grant.generation);
  }

  /** A slot that is locked. Throws `UnreadError` for that of a remembered delivery. */
  find(key: Pick<SlotKey, "openid" | "scene">): SlotRow {
    const slot = this.slots.get(slotKey(key));
    if (slot === undefined && this.#held.has(slotKey(key))) throw new UnreadError();
    assert(slot !== undefined, "a fact names the slots it touches before it runs");
    return slot;
  }

  loadSlot({ appid, openid, scene }: SlotKey): Slot {
    const slot = this.find({ openid, scene });
    const row = this.findGrant(slot.key, slot.generation);
    const key = { appid, openid, scene };
    return { ...slot, key, usedAt: row?.usedAt, grant: row?.grant };
  }

  saveSlot({ key, generation, confirmation, usedAt }: SlotRow): void {
    const before = this.slots.get(slotKey(key));
    if (before?.generation !== generation || before.confirmation !== confirmation) {
      this.slots.set(slotKey(key), { key, generation, confirmation, usedAt: undefined });
    }
    this.#saveUsedAt(key, generation, usedAt);
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    const generation = this.slots.get(slotKey(key))?.generation ?? this.#held.get(slotKey(key));
    if (generation === undefined) throw new UnreadError();
    const before = this.findGrant(key, generation)?.usedAt ?? 0;
    this.#saveUsedAt(key, generation, Math.max(before, usedAt));
  }

  findGrant(key: SlotKey, generation: number): GrantRow | undefined {
    return this.grants.get(grantKey(key, generation));
  }

  saveGrant(grant: Grant): void {
    const usedAt = this.findGrant(grant, grant.generation)?.usedAt;
    this.grants.set(grantKey(grant, grant.generation), { grant, usedAt });
  }

  #load(row: GrantRow): void {
    this.grants.load(grantKey(row.grant, row.grant.generation), row);
  }

  #saveUsedAt(key: SlotKey, generation: number, usedAt: EpochMs | undefined): void {
    const row = this.findGrant(key, generation);
    if (row === undefined || row.usedAt === usedAt) return;
    this.grants.set(grantKey(key, generation), { grant: row.grant, usedAt });
  }
}
