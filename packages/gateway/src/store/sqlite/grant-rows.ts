import type { EpochMs } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import type { Grant, SlotKey } from "../../grants/grant.ts";
import type * as Rows from "../rows.ts";
import { insertConfirmation } from "./tables/confirmations.ts";
import * as grants from "./tables/grants.ts";
import { loadSlot, saveSlot, saveUse } from "./tables/slots.ts";

/**
 * Grants and slots, which share their rows. A send that ends changes the grant it was made with and notes the slot's use:
 * both are one statement, because the change waits for what comes next.
 */
export class GrantRows {
  readonly #file: SqliteFile;
  /** What was read last: as long as it is live it is its slot's last grant. */
  #read: Grant | undefined;
  /** A slot's last grant as it is to be written. */
  #changed: Grant | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  loadSlot(key: SlotKey): Rows.Slot {
    this.write();
    return loadSlot(this.#file, key);
  }

  saveSlot(slot: Rows.SlotRow): void {
    this.write();
    saveSlot(this.#file, slot);
  }

  saveUse(key: SlotKey, usedAt: EpochMs): void {
    const changed = this.#changed;
    if (changed === undefined || !isOfSlot(changed, key)) {
      this.write();
      saveUse(this.#file, key, usedAt);
      return;
    }
    this.#changed = undefined;
    grants.updateUsedGrant(this.#file, changed, usedAt);
  }

  findGrant(key: SlotKey, generation: number): Grant | undefined {
    this.write();
    this.#read = grants.findGrant(this.#file, key, generation);
    return this.#read;
  }

  insertGrant(grant: Grant): void {
    this.write();
    grants.insertGrant(this.#file, grant);
  }

  updateGrant(grant: Grant): void {
    const read = this.#read;
    const isLast =
      read?.state === "held" && read.generation === grant.generation && isOfSlot(read, grant);
    this.write();
    if (isLast) this.#changed = grant;
    else grants.updateGrant(this.#file, grant);
  }

  pruneGrants(key: SlotKey, generation: number): void {
    this.write();
    grants.pruneGrants(this.#file, key, generation);
  }

  insertConfirmation(key: SlotKey, heard: Rows.NumberedConfirmation, historyMax: number): void {
    this.write();
    insertConfirmation(this.#file, key, heard, historyMax);
  }

  /** Writes what has waited. */
  write(): void {
    if (this.#changed !== undefined) grants.updateGrant(this.#file, this.#changed);
    this.forget();
  }

  /** The transaction was undone. */
  forget(): void {
    this.#changed = undefined;
    this.#read = undefined;
  }
}

function isOfSlot(grant: Grant, { appid, openid, scene }: SlotKey): boolean {
  return grant.openid === openid && grant.scene === scene && grant.appid === appid;
}
