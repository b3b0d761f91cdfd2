import type { BilingualText } from "@yici/protocol";
import { cleanLine } from "./clean-text.ts";
import { cutToWidth, displayWidth, padToWidth } from "./display-width.ts";

/** One column: its heading, and what it shows of a row. */
export interface Column<Row> {
  readonly title: BilingualText;
  readonly cell: (row: Row) => string | number;
}

/** A table for people: aligned for Chinese, one line a row, no line of it steers the terminal. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const head = columns.map(({ title }) => `${title.zh} ${title.en}`);
  const body = rows.map((row) =>
    columns.map(({ cell }) => cutToWidth(cleanLine(String(cell(row))), CELL_MAX)),
  );
  const widths = columns.map((_, index) =>
    Math.max(...[head, ...body].map((cells) => displayWidth(cells[index] ?? ""))),
  );
  return [head, ...body].map((cells) => renderRow(cells, widths)).join("\n");
}

/** Columns of the terminal that one cell may take. */
const CELL_MAX = 64;

function renderRow(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => padToWidth(cell, widths[index] ?? 0))
    .join("  ")
    .trimEnd();
}
