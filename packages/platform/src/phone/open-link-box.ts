import { html, type Html } from "@yici/runtime";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { phonePath } from "./phone-path.ts";
import { LINK_MAX_LENGTH } from "./resolve-link.ts";

/** The box into which a link is pasted, to be opened as this person. Posts the field `link`. */
export function renderOpenLink(personId: string, wasRefused: boolean): Html {
  return html`<form class="yici-open-link" method="post" action="${phonePath(personId, "open")}">
    <label class="yici-hidden" for="link">粘贴链接 <span lang="en">Paste a link</span></label>
    <input
      class="yici-open-link__input"
      id="link"
      name="link"
      type="url"
      inputmode="url"
      autocomplete="off"
      placeholder="粘贴授权链接或任意链接"
      required
      pattern="[Hh][Tt][Tt][Pp][Ss]?://.+"
      title="http:// 或 https:// 开头的链接"
      maxlength="${LINK_MAX_LENGTH}"
      ${wasRefused && html`aria-invalid="true" aria-describedby="link-problem"`}
      data-testid="${TEST_IDS.openLinkInput}"
    />
    <button class="weui-btn weui-btn_mini weui-btn_primary" type="submit" data-testid="${TEST_IDS.openLinkButton}">
      打开链接 <span class="yici-en" lang="en">Open</span>
    </button>
    ${
      wasRefused &&
      html`<p class="yici-open-link__problem" id="link-problem" role="alert" data-testid="${TEST_IDS.openLinkProblem}">
        ${bilingual("只能打开 http 或 https 链接", "Only http and https links can be opened")}
      </p>`
    }
  </form>`;
}
