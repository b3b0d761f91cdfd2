import { html, type Html } from "@yici/runtime";
import { bilingual } from "./bilingual.ts";
import { TEST_IDS } from "./test-ids.ts";

/** Says, discreetly, that this is no page of WeChat's. */
export function renderSandboxNote(): Html {
  return html`<p class="yici-sandbox-note" data-testid="${TEST_IDS.sandboxNote}">
    ${bilingual("yici 沙箱，并非微信", "A yici sandbox, not WeChat")}
  </p>`;
}
