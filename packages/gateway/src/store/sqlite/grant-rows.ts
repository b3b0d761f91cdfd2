import type { EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type * as Rows from "../rows.ts";
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

/**
 * Grants and slots, which share their rows. What a fact says of one row becomes one statement, because a change waits for
 * what comes next: a confirmation opens a grant, counts itself in its slot and is noted there; a send that ends changes
 * its grant and notes the slot's use.
 */
export class GrantRows {
  readonly #file: SqliteFile;
  /** What was read last. */
  #read: grants.PlacedGrant | undefined;
  /** A slot's last grant that is to be written. */
  #changed: grants.PlacedGrant | undefined;
  #opening: Opening | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
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
    grants.updateUsedGrantAt(this.#file, changed, usedAt);
  }

  findGrant(key: SlotKey, generation: number): Grant | undefined {
    this.write();
    this.#read = grants.findGrant(this.#file, key, generation);
    return this.#read?.grant;
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
    this.write();
    if (read === undefined || !isOf(read.grant, grant, grant.generation)) {
      grants.updateGrant(this.#file, grant);
      return;
    }
    const changed = { grant, rowId: read.rowId };
    // As long as it is live it is its slot's last one.
    if (read.grant.state === "held") this.#changed = changed;
    else grants.updateGrantAt(this.#file, changed);
  }

  pruneGrants(key: SlotKey, generation: number): void {
    this.write();
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

  /** Writes what has waited. */
  write(): void {
    const [changed, opening] = [this.#changed, this.#opening];
    this.forget();
    if (changed !== undefined) grants.updateGrantAt(this.#file, changed);
    if (opening === undefined) return;
    const { grant, slot, heard } = opening;
    const { confirmation, usedAt } = slot ?? UNHEARD_OF;
    grants.insertGrant(this.#file, { grant, confirmation, usedAt, heard: writeFirstHeard(heard) });
  }

  /** The transaction was undone. */
  forget(): void {
    this.#read = undefined;
    this.#changed = undefined;
    this.#opening = undefined;
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
