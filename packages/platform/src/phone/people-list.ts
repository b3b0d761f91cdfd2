import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { phonePath } from "./phone-path.ts";
import type { PhonePerson } from "./phone-source.ts";

/** All people, each leading to the phone of that person. */
export function renderPeopleList(people: readonly PhonePerson[], currentId?: string): Html {
  if (people.length === 0) return renderNobody();
  return html`<nav class="weui-cells yici-list" aria-label="选择手机">
    ${people.map(
      ({ id, name, follows }) =>
        html`<a
          class="weui-cell weui-cell_access yici-choice"
          id="person-${id}"
          href="${phonePath(id)}"
          data-testid="${TEST_IDS.personChoice}"
          data-person="${id}"
          ${id === currentId && html`aria-current="true"`}
        >
          ${renderAvatar(name)}
          <span class="weui-cell__bd">${name}</span>
          <span class="weui-cell__ft">${id === currentId ? bilingual("当前", "this one") : bilingual(`关注 ${follows.length} 个`, `follows ${follows.length}`)}</span>
        </a>`,
    )}
  </nav>`;
}

function renderNobody(): Html {
  return html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
    <p>还没有人 <span class="yici-en" lang="en">Nobody here yet</span></p>
    <p class="yici-empty__hint yici-code">POST /control/v1/people</p>
  </div>`;
}
