import { html, type Html } from "@yici/runtime";
import { bilingual } from "../pages/bilingual.ts";
import { renderDocument } from "../pages/document.ts";
import { renderSandboxNote } from "../pages/sandbox-note.ts";
import { renderPeopleList } from "./people-list.ts";
import type { PhonePerson } from "./phone-source.ts";

/** Shown to a browser that holds nobody's phone yet. */
export function renderChoosePhonePage(people: readonly PhonePerson[]): Html {
  return renderDocument({
    title: "选择手机",
    screen: html`<header class="yici-bar">
        <h1 class="yici-bar__title">${bilingual("拿起谁的手机？", "Whose phone?")}</h1>
      </header>
      <main class="yici-main">${renderPeopleList(people)}</main>
      ${renderSandboxNote()}`,
  });
}
