import { html, type Html } from "@yici/runtime";
import type { Authorization, Component } from "../component/component.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { consolePath } from "./console-path.ts";

/** Where an account's page lists its third-party platforms, and the end of the path to which it posts `component`. */
export const ENTRUSTED_SECTION = "entrusted";

/** A third-party platform, and what an account has entrusted to it. */
export interface EntrustedComponent {
  readonly component: Component;
  readonly authorization: Authorization;
}

/** Who acts for the account, each to be taken back; nothing where nobody does. */
export function renderEntrustedSection(
  appid: string,
  entrusted: readonly EntrustedComponent[],
): Html | undefined {
  if (entrusted.length === 0) return undefined;
  return html`<section class="yici-panel" id="${ENTRUSTED_SECTION}" aria-labelledby="entrusted-title" data-testid="${TEST_IDS.consoleSection}" data-section="${ENTRUSTED_SECTION}">
    <h2 class="yici-panel__title" id="entrusted-title">${bilingual("授权管理", "Third-party platforms")}</h2>
    <ul>${entrusted.map((one) => renderEntrusted(appid, one))}</ul>
  </section>`;
}

function renderEntrusted(appid: string, { component, authorization }: EntrustedComponent): Html {
  return html`<li class="yici-entrusted" data-testid="${TEST_IDS.consoleEntrusted}" data-appid="${component.appid}">
    <div>
      <p>${component.name} <span class="yici-code">${component.appid}</span></p>
      <p class="yici-field__rule">
        ${bilingual("权限集", "Permission sets")} ${authorization.permissionSets.join("、")} ·
        ${bilingual("授权于", "since")} ${new Date(authorization.authorizedAt).toISOString()}
      </p>
    </div>
    <form method="post" action="${consolePath(appid, ENTRUSTED_SECTION)}">
      <input type="hidden" name="component" value="${component.appid}" />
      <button class="weui-btn weui-btn_mini weui-btn_default" type="submit" data-testid="${TEST_IDS.consoleTakeBack}">
        取消授权 <span class="yici-en" lang="en">Take back</span>
      </button>
    </form>
  </li>`;
}
