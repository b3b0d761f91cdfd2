import { html, type Html } from "@yici/runtime";
import { renderAvatar } from "../pages/avatar.ts";
import { bilingual } from "../pages/bilingual.ts";
import type { PhoneContent } from "./conversations.ts";
import { renderPeopleList } from "./people-list.ts";
import { renderPhonePage } from "./phone-page.ts";
import type { PhonePerson } from "./phone-source.ts";

/** Whose phone this is, and everybody else's. */
export function renderMePage(content: PhoneContent, people: readonly PhonePerson[]): Html {
  const { person } = content;
  return renderPhonePage({
    content,
    title: { zh: "我", en: "Me" },
    tab: "me",
    main: html`<div class="yici-me">
        ${renderAvatar(person.name)}
        <div>
          <p class="yici-me__name">${person.name}</p>
          <p class="yici-me__id">微信号：<span class="yici-code">${person.id}</span></p>
        </div>
      </div>
      <h2 class="weui-cells__title">${bilingual("换一部手机", "Another phone")}</h2>
      ${renderPeopleList(people, person.id)}`,
  });
}
