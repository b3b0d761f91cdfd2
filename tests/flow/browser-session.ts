import assert from "node:assert/strict";
import type { World } from "@yici/runtime";
import { type FormPart, findForm } from "./find-form.ts";

/** One HTTP answer on the way to a page. */
export interface Hop {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Where a browser came to rest. */
export interface Page extends Hop {
  readonly text: string;
  /** The answers that led here, this page's own last. */
  readonly hops: readonly Hop[];
  /** Where the browser was sent that is not on this machine; it stayed where it was. */
  readonly leftFor: string | undefined;
}

interface Question {
  readonly method: "GET" | "POST";
  readonly form?: URLSearchParams;
}

const HOPS_MAX = 10;

/**
 * A browser as small as the flow needs it: it keeps cookies, follows redirects and submits forms. It never leaves
 * this machine.
 */
export class BrowserSession {
  readonly #dispatcher: World["dispatcher"];
  readonly #headers: Readonly<Record<string, string>>;
  /** By host; like every browser's, a cookie is sent to all ports of its host. */
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(dispatcher: World["dispatcher"], headers: Readonly<Record<string, string>> = {}) {
    this.#dispatcher = dispatcher;
    this.#headers = headers;
  }

  /** Opens an address and follows where it leads. */
  open(url: string): Promise<Page> {
    return this.#go(url, { method: "GET" });
  }

  /** Presses the button that has these attributes. */
  press(page: Page, button: FormPart): Promise<Page> {
    const { action, fields } = findForm(page.text, button);
    return this.#go(new URL(action, page.url).href, { method: "POST", form: fields });
  }

  /** The value of a cookie of a host; `undefined` when it has none. */
  cookie(host: string, name: string): string | undefined {
    return this.#cookies.get(host)?.get(name);
  }

  async #go(url: string, question: Question): Promise<Page> {
    const hops: Hop[] = [];
    let next = { url, question };
    while (hops.length < HOPS_MAX) {
      const { hop, text } = await this.#ask(next.url, next.question);
      hops.push(hop);
      const location = readHeader(hop, "location");
      if (location === undefined) return { ...hop, text, hops, leftFor: undefined };
      const target = new URL(location, hop.url);
      if (!isOnThisMachine(target)) return { ...hop, text, hops, leftFor: location };
      next = { url: target.href, question: { method: "GET" } };
    }
    return assert.fail(`${url} redirects for ever`);
  }

  async #ask(
    url: string,
    { method, form }: Question,
  ): Promise<{ readonly hop: Hop; readonly text: string }> {
    const { origin, hostname, pathname, search } = new URL(url);
    const cookies = [...(this.#cookies.get(hostname) ?? [])].map((pair) => pair.join("="));
    const reply = await this.#dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method,
      headers: {
        ...this.#headers,
        ...(cookies.length > 0 && { cookie: cookies.join("; ") }),
        ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      },
      body: form === undefined ? null : form.toString(),
    });
    this.#keep(hostname, reply.headers["set-cookie"]);
    const hop = { url, status: reply.statusCode, headers: reply.headers };
    return { hop, text: await reply.body.text() };
  }

  #keep(host: string, setCookie: string | string[] | undefined): void {
    const kept = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, kept);
    for (const line of [setCookie ?? []].flat()) {
      const [pair = ""] = line.split(";", 1);
      const mark = pair.indexOf("=");
      kept.set(pair.slice(0, mark), pair.slice(mark + 1));
    }
  }
}

/** A header's value; `undefined` when it is not there. */
export function readHeader({ headers }: Hop, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}

function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && (hostname === "127.0.0.1" || hostname === "localhost");
}
