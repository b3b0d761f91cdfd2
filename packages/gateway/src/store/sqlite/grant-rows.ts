import type { AppId, EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type * as Rows from "../rows.ts";
import { AlikeRows } from "./alike.ts";
import { insertConfirmation, writeFirstHeard } from "./tables/confirmations.ts";
import { setApart } from "./tables/deliveries.ts";
import * as grants from "./tables/grants.ts";
import { loadSlot, saveSlot, saveUse } from "./tables/slots.ts";

/** A slot's last grant as it is to be written for the first time. */
interface Opening {
  grant: Grant;
  slot: Rows.SlotRow | undefined;
  heard: Rows.NumberedConfirmation | undefined;
}

/** A grant that is to be changed, and as what it was read. */
interface Change extends grants.PlacedGrant {
  readonly before: Grant;
}

/**
 * Grants and slots, which share their rows. What a fact says of one row becomes one statement, because a change waits for
 * what comes next: a confirmation opens a grant, counts itself in its slot and is noted there; a send that ends changes
 * its grant and notes the slot's use. Grants that are used alike wait for one another too.
 */
export class GrantRows {
  readonly #file: SqliteFile;
  /** What was read last. */
  #read: grants.PlacedGrant | undefined;
  /** Read beforehand and not changed since, by where it stands. */
  readonly #foreseen = new Map<number, Grant>();
  /** A slot's last grant that is to be written. */
  #changed: Change | undefined;
  #opening: Opening | undefined;
  readonly #used: AlikeRows;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#used = new AlikeRows((alike) => grants.updateUses(file, alike));
  }

  /** Reads the grants of one account that will be asked for, where they may stand. */
  foresee(appid: AppId, rowIds: readonly number[]): void {
    this.write();
    this.#foreseen.clear();
    for (const { grant, rowId } of grants.listGrantsAt(this.#file, appid, rowIds)) {
      this.#foreseen.set(rowId, grant);
    }
  }

  loadSlot(key: SlotKey): Rows.Slot {
    this.write();
    const { slot, rowId } = loadSlot(this.#file, key);
    const { grant } = slot;
    this.#read = grant === undefined || rowId === undefined ? undefined : { grant, rowId };
    return slot;
  }

  saveSlot(slot: Rows.SlotRow): void {
    const opening = this.#opening;
    if (opening !== undefined && isOf(opening.grant, slot.key, slot.generation)) {
      opening.slot = slot;
      return;
    }
    this.write();
    saveSlot(this.#file, slot);
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    const changed = this.#changed;
    if (changed === undefined || !isOf(changed.grant, key, changed.grant.generation)) {
      this.write();
      saveUse(this.#file, key, usedAt);
      return;
    }
    this.#changed = undefined;
    if (grants.isUseAlone(changed.before, changed.grant)) {
      // Whoever changes it once more reads it first, and so has it written.
      this.#read = undefined;
      this.#used.add(grants.useOf(changed.grant, usedAt), changed.rowId);
      return;
    }
    this.write();
    grants.updateUsedGrantAt(this.#file, changed, usedAt);
  }

  /** `rowId`: where it may stand, if anybody knows. */
  findGrant(key: SlotKey, generation: number, rowId: number | undefined): Grant | undefined {
    this.#settle();
    const foreseen = rowId === undefined ? undefined : this.#foreseen.get(rowId);
    if (rowId !== undefined && foreseen !== undefined && isOf(foreseen, key, generation)) {
      this.#read = { grant: foreseen, rowId };
      return foreseen;
    }
    this.write();
    this.#read = grants.findGrant(this.#file, key, generation);
    return this.#read?.grant;
  }

  /** Where a grant's row is, if it was read or changed last. */
  findRow(key: SlotKey, generation: number): number | undefined {
    const read = this.#read;
    return read !== undefined && isOf(read.grant, key, generation) ? read.rowId : undefined;
  }

  insertGrant(grant: Grant): void {
    this.write();
    this.#opening = { grant, slot: undefined, heard: undefined };
  }

  updateGrant(grant: Grant): void {
    const opening = this.#opening;
    if (opening !== undefined && isOf(opening.grant, grant, grant.generation)) {
      opening.grant = grant;
      return;
    }
    const read = this.#read;
    this.#settle();
    if (read === undefined || !isOf(read.grant, grant, grant.generation)) {
      this.#foreseen.clear();
      this.write();
      grants.updateGrant(this.#file, grant);
      return;
    }
    const { grant: before, rowId } = read;
    this.#foreseen.delete(rowId);
    this.#read = { grant, rowId };
    // As long as it is live it is its slot's last one.
    if (before.state === "held") {
      this.#changed = { before, grant, rowId };
      return;
    }
    this.write();
    grants.updateGrantAt(this.#file, { grant, rowId });
  }

  pruneGrants(key: SlotKey, generation: number): void {
    this.write();
    this.#foreseen.clear();
    setApart(this.#file, key, generation);
    grants.pruneGrants(this.#file, key, generation);
  }

  insertConfirmation(key: SlotKey, heard: Rows.NumberedConfirmation, historyMax: number): void {
    const opening = this.#opening;
    if (opening !== undefined && isOf(opening.grant, key, heard.generation)) {
      opening.heard = heard;
      return;
    }
    this.write();
    insertConfirmation(this.#file, key, heard, historyMax);
  }

  /** Writes what has waited: before anything reads a grant's row. */
  write(): void {
    this.#settle();
    this.#used.write();
  }

  /** The transaction was undone, or others may write. */
  forget(): void {
    this.#read = undefined;
    this.#foreseen.clear();
    this.#changed = undefined;
    this.#opening = undefined;
    this.#used.forget();
  }

  /** Writes what waits for nothing more. */
  #settle(): void {
    const [changed, opening] = [this.#changed, this.#opening];
    this.#changed = undefined;
    this.#opening = undefined;
    if (changed !== undefined) grants.updateGrantAt(this.#file, changed);
    if (opening === undefined) return;
    const { grant, slot, heard } = opening;
    const { confirmation, usedAt } = slot ?? UNHEARD_OF;
    grants.insertGrant(this.#file, { grant, confirmation, usedAt, heard: writeFirstHeard(heard) });
  }
}

const UNHEARD_OF = { confirmation: 0, usedAt: undefined };

function isOf(grant: Grant, { appid, openid, scene }: SlotKey, generation: number): boolean {
  return (
    grant.generation === generation &&
    grant.openid === openid &&
    grant.scene === scene &&
    grant.appid === appid
  );
}
