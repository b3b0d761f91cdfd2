import { html, type Html } from "@yici/runtime";

const COLOR_COUNT = 6;

/** A tile with a name's first character; the same name has the same colour everywhere. Hidden from screen readers. */
export function renderAvatar(name: string): Html {
  const [initial = "?"] = name;
  return html`<span class="yici-avatar yici-avatar-${pickColor(name)}" aria-hidden="true">${initial}</span>`;
}

function pickColor(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % COLOR_COUNT;
}
