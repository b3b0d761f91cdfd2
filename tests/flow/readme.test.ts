import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { createDispatcher } from "@yici/runtime";
import { BrowserSession } from "./browser-session.ts";
import { must } from "./must.ts";
import { ReadmeClone } from "./readme-clone.ts";
import { parseReadme, type ReadmeBlock, type ReadmeStep } from "./readme-steps.ts";

for (const name of ["README.md", "README.zh-CN.md"]) {
  test(`whoever types what ${name} prints, from its start command on, sees what it promises`, async () => {
    await using clone = new ReadmeClone();
    await using reader = new Reader(clone, await clone.start());

    for (const step of readSteps(name)) await reader.take(step);

    assert.equal(reader.takenCount.tour, 7);
    assert.equal(reader.takenCount.confirm, 2);
    assert.deepEqual(await reader.listReceived("zhang"), ["到货提醒", "第二条"]);
  });

  test(`the program in ${name} runs and prints what it says`, async () => {
    await using clone = new ReadmeClone();
    const [program, ...others] = readSteps(name).filter(({ kind }) => kind === "run");
    assert.ok(program?.kind === "run" && others.length === 0);

    const printed = await clone.run(program.text);

    assert.equal(printed.exitCode, 0);
    assert.deepEqual(printed.text.trim().split("\n"), program.prints);
  });

  test(`the commands in ${name} that start and test everything are one line each`, () => {
    const commands = readSteps(name).filter(({ kind }) => kind === "start" || kind === "test");

    assert.deepEqual(
      commands.map((step) => ("text" in step ? step.text : "")),
      ["npm ci && npm start\n", "npm ci && npm test\n"],
    );
  });
}

test("a machine without curl has a stand-in that asks the same", async () => {
  const asked: unknown[] = [];
  const server = createServer((request, reply) => {
    const { method, url, headers } = request;
    void text(request)
      .then((body) => asked.push([method, url, headers["authorization"], body]))
      .finally(() => reply.end("answer"));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = must(server.address());
  assert.ok(typeof address === "object");
  const command = `-sS -X POST "http://127.0.0.1:${address.port}/v1?a=1" -H "Authorization: Bearer k" -d '{"b":"您"}'`;
  await using bare = new ReadmeClone({ hasCurl: false });
  await using full = new ReadmeClone();

  const answers = [await bare.type(`curl ${command}`), await full.type(`curl ${command}`)];

  server.close();
  assert.deepEqual(answers, [
    { text: "answer", exitCode: 0 },
    { text: "answer", exitCode: 0 },
  ]);
  assert.deepEqual(asked[0], ["POST", "/v1?a=1", "Bearer k", '{"b":"您"}']);
  assert.deepEqual(asked[1], asked[0]);
});

/** What a reader fills in, and what it looks like where it was printed. */
const CAPITALS: Readonly<Record<string, RegExp>> = {
  OPENID: /\bo[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])/g,
  MESSAGE_ID: /\bmsg_[0-9a-z]+/g,
  KEY: /\byici_[0-9A-Za-z]{32}\b/g,
};

/** Addresses as a README writes them, and how the start screen names the real ones. */
const ADDRESSES: Readonly<Record<string, RegExp>> = {
  "http://127.0.0.1:8171": /(http:\S+)\/v1$/m,
  "http://127.0.0.1:8180": /(http:\S+)\/phone$/m,
};

/** Somebody who does step by step what a README says. */
class Reader implements AsyncDisposable {
  readonly takenCount = { tour: 0, confirm: 0 };
  readonly #clone: ReadmeClone;
  readonly #startScreen: string;
  readonly #dispatcher = createDispatcher();
  readonly #browser = new BrowserSession(this.#dispatcher);
  #seen = "";

  constructor(clone: ReadmeClone, startScreen: string) {
    this.#clone = clone;
    this.#startScreen = startScreen;
  }

  async take(step: ReadmeStep): Promise<void> {
    if (step.kind === "tour") await this.#type(step);
    if (step.kind === "confirm") await this.#confirm();
  }

  /** The titles of the messages on a person's phone, once there are as many as were sent. */
  async listReceived(person: string): Promise<readonly string[]> {
    const origin = this.#find("http://127.0.0.1:8180");
    const path = `/control/v1/inbox?person=${person}&wait_ms=20000`;
    const first = await this.#readInbox(origin, path);
    const [last] = first.slice(-1);
    const rest =
      first.length > 1 ? [] : await this.#readInbox(origin, `${path}&after=${must(last).id}`);
    return [...first, ...rest].map(({ title }) => title);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.close();
  }

  async #readInbox(origin: string, path: string): Promise<readonly InboxLine[]> {
    const reply = await this.#dispatcher.request({ origin, path, method: "GET" });
    return ((await reply.body.json()) as { readonly items: readonly InboxLine[] }).items;
  }

  async #type(step: ReadmeBlock): Promise<void> {
    this.takenCount.tour += 1;
    const commands = Object.keys(ADDRESSES).reduce(
      (words, address) => words.replaceAll(address, () => this.#find(address)),
      step.text.replace(/\b(?:OPENID|MESSAGE_ID|KEY)\b/g, (word) => this.#recall(word)),
    );
    const { text: printed, exitCode } = await this.#clone.type(commands);
    this.#seen += printed;
    assert.equal(exitCode, step.exitCode, printed);
    assert.ok(step.prints.length > 0, `${step.text} promises nothing`);
    const missing = step.prints.filter((promised) => !printed.includes(promised));
    assert.deepEqual(missing, [], printed);
  }

  async #confirm(): Promise<void> {
    this.takenCount.confirm += 1;
    const [entry] = must(/http:\S+\/l\/\S+/.exec(this.#startScreen));
    let page = await this.#browser.open(entry);
    if (page.text.includes("who-are-you-page")) {
      page = await this.#browser.press(page, { "data-person": "zhang" });
    }
    const result = await this.#browser.press(page, { "data-testid": "confirm-button" });
    assert.match(result.text, /已确认接收/);
  }

  #recall(word: string): string {
    return must(this.#seen.match(must(CAPITALS[word]))?.at(-1));
  }

  #find(address: string): string {
    return must(must(ADDRESSES[address]).exec(this.#startScreen)?.[1]);
  }
}

interface InboxLine {
  readonly id: number;
  readonly title: string;
}

function readSteps(name: string): readonly ReadmeStep[] {
  return parseReadme(readFileSync(join(import.meta.dirname, "..", "..", name), "utf8"));
}
