import type { Static } from "typebox";
import { buildEntryUrl } from "../../accounts/account-addresses.ts";
import type { Evidence } from "../../grants/grant.ts";
import type { SlotReport } from "../../store/ledger.ts";
import type { AccountRecord, Records } from "../../store/records.ts";
import { explainSlot } from "./explain-slot.ts";
import { showSlotHistory } from "./grant-json.ts";
import type { AskAgainJson, SlotJson } from "./grant-json.ts";

/** Links named at once. */
const LINKS_MAX = 10;

/** A slot with its history, where it stands in words, and where another grant can be had. */
export async function describeSlot(
  account: AccountRecord,
  slot: SlotReport,
  minEvidence: Evidence,
  store: Pick<Records, "listLinks">,
): Promise<Static<typeof SlotJson>> {
  return {
    ...showSlotHistory(slot),
    summary: explainSlot(slot, minEvidence),
    ask_again: await listLinksOfScene(account, slot.scene, store),
  };
}

/** The links of an account that ask for one scene. */
async function listLinksOfScene(
  account: AccountRecord,
  scene: number,
  store: Pick<Records, "listLinks">,
): Promise<Static<typeof AskAgainJson>[]> {
  const links = await store.listLinks(account.appid);
  return links
    .filter((link) => link.scene === scene)
    .slice(0, LINKS_MAX)
    .map(({ linkId, title }) => ({
      link_id: linkId,
      title,
      entry_url: buildEntryUrl(account, linkId),
    }));
}
