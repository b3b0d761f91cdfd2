/**
 * The columns of a row, out of PostgreSQL's own notation of it: `(a,b,"c d",,t)`. What is null is an empty text, which no
 * column of the rows that travel so holds otherwise.
 */
export function parseRow(text: string): readonly string[] {
  const inner = text.slice(1, -1);
  return inner.includes('"') ? parseQuoted(inner) : inner.split(",");
}

/** A field that is quoted, in which a quote is doubled or escaped; or one that is not. */
const FIELD = /(?:^|,)(?:"(?<quoted>(?:[^"\\]|""|\\.)*)"|(?<plain>[^,"]*))/gsy;

function parseQuoted(inner: string): readonly string[] {
  return Array.from(inner.matchAll(FIELD), ({ groups }) => {
    const { quoted, plain = "" } = groups ?? {};
    return quoted === undefined ? plain : quoted.replaceAll(/"(")|\\(.)/gs, "$1$2");
  });
}
