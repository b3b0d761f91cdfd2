/** The members of one `<xml>` element without attributes and without depth: all that pushes are made of. */
export type FlatMembers = Readonly<Record<string, string | number>>;

/** Writes `<xml>…</xml>` as WeChat does: texts as CDATA, numbers bare. */
export function buildFlatXml(members: FlatMembers): string {
  const elements = Object.entries(members).map(
    ([name, value]) => `<${name}>${typeof value === "number" ? value : quote(value)}</${name}>`,
  );
  return `<xml>${elements.join("")}</xml>`;
}

/** Reads what `buildFlatXml` writes, with white space and plain text as other writers have them; `undefined` for what is no `<xml>`. */
export function parseFlatXml(text: string): Readonly<Record<string, string>> | undefined {
  const inner = /^<xml>([^]*)<\/xml>$/.exec(text.trim())?.[1];
  if (inner === undefined) return undefined;
  return Object.fromEntries(
    [...inner.matchAll(ELEMENT)].map(([, name = "", quoted, bare = ""]) => [
      name,
      quoted ?? unescape(bare.trim()),
    ]),
  );
}

const ELEMENT = /<([A-Za-z]\w*)>(?:\s*<!\[CDATA\[([^]*?)\]\]>\s*|([^<]*))<\/\1>/g;

/** A text that ends a CDATA section goes on in another. */
function quote(text: string): string {
  return `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

function unescape(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
