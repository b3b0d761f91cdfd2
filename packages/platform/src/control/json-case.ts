/** A JSON value with the names of its objects' members written the other way; texts stay as they are. */
type Rename = (name: string) => string;

/** `camelCase` as in the code becomes `snake_case` as on the wire; members that are `undefined` are left out. */
export function toSnakeCase(value: unknown): unknown {
  return rename(value, spellSnake);
}

/** One name, or a path of names, as on the wire. */
export function spellSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `snake_case` as on the wire becomes `camelCase` as in the code. */
export function toCamelCase(value: unknown): unknown {
  return rename(value, (name) =>
    name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
  );
}

function rename(value: unknown, spell: Rename): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, spell));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [spell(name), rename(member, spell)]),
  );
}
