import { createDispatcher } from "@yici/runtime";

// Stands in for `curl` where a machine has none: as much of it as the READMEs use.
// node curl-stand-in.ts [-sS] [-X METHOD] [-H "NAME: VALUE"]… [-d BODY] URL

const headers: Record<string, string> = {};
let method: "GET" | "POST" = "GET";
let body: string | null = null;
let url = "";

const words = process.argv.slice(2).values();
for (const word of words) {
  const value = (): string => words.next().value ?? "";
  if (word === "-X") method = value() === "POST" ? "POST" : "GET";
  else if (word === "-H") addHeader(value());
  else if (word === "-d") body = value();
  else if (!word.startsWith("-")) url = word;
}

const { origin, pathname, search } = new URL(url);
const dispatcher = createDispatcher();
const reply = await dispatcher.request({
  origin,
  path: `${pathname}${search}`,
  method,
  headers,
  body,
});
process.stdout.write(await reply.body.text());
await dispatcher.close();

function addHeader(line: string): void {
  const [name = "", ...rest] = line.split(":");
  headers[name] = rest.join(":").trim();
}
