import { parseScene, type Scene } from "@yici/protocol";

/** A row as the database answers it. */
export type Row = Readonly<Record<string, unknown>>;

/** A column that is never null. Throws when the row has no such text: then schema and code disagree. */
export function readText(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`column ${column} holds no text`);
}

/** A column that may be null. */
export function findText(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}

/** A column that is never null. Throws when the row has no such integer: then schema and code disagree. */
export function readInteger(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw new TypeError(`column ${column} holds no integer`);
}

/** A column that may be null. */
export function findInteger(row: Row, column: string): number | undefined {
  const value = row[column];
  return typeof value === "number" ? value : undefined;
}

/** A column that holds one of a few words, as the schema's own check says. */
export function readWord<const Word extends string>(
  row: Row,
  column: string,
  words: readonly Word[],
): Word {
  const text = readText(row, column);
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new TypeError(`column ${column} holds an unknown word`);
}

/** A column that holds an identifier, read by the identifier's own parser. */
export function readIdentifier<Identifier>(
  row: Row,
  column: string,
  parse: (text: string) => Identifier | undefined,
): Identifier {
  const identifier = parse(readText(row, column));
  if (identifier !== undefined) return identifier;
  throw new TypeError(`column ${column} holds no identifier of its kind`);
}

/** A column that holds a scene. */
export function readScene(row: Row, column: string): Scene {
  const scene = parseScene(readInteger(row, column));
  if (scene !== undefined) return scene;
  throw new TypeError(`column ${column} holds no scene`);
}

/** Values for a statement: what is absent becomes null. */
export function bind(
  ...values: readonly (string | number | undefined)[]
): readonly (string | number | null)[] {
  return values.map((value) => value ?? null);
}
