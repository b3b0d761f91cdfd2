import assert from "node:assert/strict";

/** Attributes that single a button out, for example its `data-testid`. */
export type FormPart = Readonly<Record<string, string>>;

/** What pressing a button sends. */
export interface PressedForm {
  /** As it stands on the page. */
  readonly action: string;
  readonly fields: URLSearchParams;
}

/** The form around the button that has these attributes, filled in as a browser would when it is pressed. */
export function findForm(page: string, button: FormPart): PressedForm {
  for (const [, head = "", inside = ""] of page.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
    const pressed = listTags(inside, "button").find((tag) => hasAll(tag, button));
    if (pressed === undefined) continue;
    const hidden = listTags(inside, "input").filter((tag) => tag.get("type") === "hidden");
    const pairs = [...hidden, pressed].map((tag) => [
      tag.get("name") ?? "",
      tag.get("value") ?? "",
    ]);
    return { action: readAttributes(head).get("action") ?? "", fields: new URLSearchParams(pairs) };
  }
  return assert.fail(`the page has no button ${JSON.stringify(button)}: ${readWords(page)}`);
}

/** What of a page is there to read, on one line. */
export function readWords(page: string): string {
  const body = page.replace(/<(style|script|svg|title)\b.*?<\/\1>/gs, " ");
  return unescape(body.replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
}

type Tag = ReadonlyMap<string, string>;

function listTags(html: string, name: string): readonly Tag[] {
  const tags = html.matchAll(new RegExp(`<${name}\\b((?:"[^"]*"|[^>"])*)>`, "gs"));
  return [...tags].map(([, attributes = ""]) => readAttributes(attributes));
}

function readAttributes(text: string): Tag {
  const pairs = text.matchAll(/([a-z-]+)="([^"]*)"/g);
  return new Map([...pairs].map(([, name = "", value = ""]) => [name, unescape(value)]));
}

function hasAll(tag: Tag, wanted: FormPart): boolean {
  return Object.entries(wanted).every(([name, value]) => tag.get(name) === value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function unescape(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
