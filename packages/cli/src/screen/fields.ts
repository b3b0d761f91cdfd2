import type { BilingualText } from "@yici/protocol";
import { cleanText } from "./clean-text.ts";
import { displayWidth, padToWidth } from "./display-width.ts";

/** One fact of a thing, by name. A field without value is left out. */
export interface Field {
  readonly title: BilingualText;
  readonly value: string | number | undefined;
}

/** The facts of one thing, a line each, values aligned; further lines of a value are set under its first. */
export function renderFields(fields: readonly Field[]): string {
  const shown = fields.filter(({ value }) => value !== undefined);
  const names = shown.map(({ title }) => `${title.zh} ${title.en}`);
  const width = Math.max(0, ...names.map(displayWidth)) + GAP;
  return shown
    .map(({ value }, index) => {
      const lines = cleanText(String(value)).split("\n");
      return padToWidth(names[index] ?? "", width) + lines.join(`\n${" ".repeat(width)}`);
    })
    .join("\n");
}

/** Columns between a name and its value. */
const GAP = 2;
