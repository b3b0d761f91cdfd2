/** Text that is safe to send as HTML. Only this file can make one. */
export class Html {
  readonly text: string;
  private constructor(text: string) {
    this.text = text;
  }

  /** Trusts `text` as it is: for constants of ours, never for anything that came from outside. */
  static raw(text: string): Html {
    return new Html(text);
  }

  toString(): string {
    return this.text;
  }
}

/** What a template may hold. `undefined`, `null` and `false` show nothing; a list shows its items. */
export type HtmlValue = Html | string | number | undefined | null | false | readonly HtmlValue[];

/** A template whose every value is escaped, so that text from outside stays text, also inside quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? "");
  return Html.raw(text);
}

function render(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "object") return value.map(render).join("");
  return escapeText(String(value));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** A value as JSON that may stand inside a `<script>` element: nothing in it can end the element. */
export function jsonForScript(value: unknown): Html {
  return Html.raw(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
}
