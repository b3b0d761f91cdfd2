import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { STABLE_TOKEN_PATH } from "@yici/protocol";
import * as fc from "fast-check";
import {
  APPID,
  buildLink,
  makeBody,
  openSandbox,
  readErrcode,
  readToken,
  type Sandbox,
  send,
  tokenPath,
} from "./sandbox.ts";

const PEOPLE = ["zhang", "li"] as const;
const SCENES = [0, 10_000] as const;
/** No sum of a few of them meets a limit of whole seconds to the millisecond, where the facts say nothing. */
const MOVES_MS = [23_003, 61_007, 299_011, 3_600_017] as const;

const somebody = { person: fc.constantFrom(...PEOPLE), scene: fc.constantFrom(...SCENES) };
const Deed = fc.oneof(
  fc.record({
    kind: fc.constant("decide"),
    ...somebody,
    action: fc.constantFrom("confirm", "cancel"),
  }),
  // With whichever token of those that were issued, alive or not; two at once, or one.
  fc.record({
    kind: fc.constant("send"),
    ...somebody,
    token: fc.nat(9),
    count: fc.constantFrom(1, 2),
  }),
  fc.record({
    kind: fc.constant("set"),
    person: fc.constantFrom(...PEOPLE),
    setting: fc.constantFrom("follows", "refuses"),
    isOn: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("rotate"), call: fc.constantFrom("token", "stable", "forced") }),
  fc.record({ kind: fc.constant("move_clock"), ms: fc.constantFrom(...MOVES_MS) }),
);
type Deed = typeof Deed extends fc.Arbitrary<infer Value> ? Value : never;
type DeedOf<Kind> = Extract<Deed, { readonly kind: Kind }>;

/** What a deed is answered: a send's errcodes, in no particular order, or the number of the token that is given. */
type Answer = readonly (number | "dead token")[];

interface ModelToken {
  readonly isStable: boolean;
  readonly renewedFrom: number;
  endsAt: number;
}

const MINUTES_MS = 60_000;
const TOKEN_LIFE_MS = 7_200_000;
const FORCED_APART_MS = 30_000;

/** What the facts say (3.7, 4, 6.1, 6.2 and 13.1), and no more: open grants, tokens, and where each message lies. */
class Model {
  readonly messages: string[] = [];
  readonly #open = new Set<string>();
  readonly #followers = new Set<string>(["zhang"]);
  readonly #refusers = new Set<string>();
  readonly #tokens: ModelToken[] = [];
  #now = 0;
  #forcedAt = -Infinity;

  do(deed: Deed): Answer {
    switch (deed.kind) {
      case "decide":
        if (deed.action === "confirm") this.#open.add(`${deed.person} ${deed.scene}`);
        return [];
      case "send":
        return Array.from({ length: deed.count }, () => this.#send(deed)).toSorted(compare);
      case "set":
        this.#set(deed);
        return [];
      case "rotate":
        return [this.#rotate(deed)];
      case "move_clock":
        this.#now += deed.ms;
        return [];
    }
  }

  #send({ person, scene, token }: DeedOf<"send">): number | "dead token" {
    const used = this.#tokens[token % this.#tokens.length];
    if (used === undefined || used.endsAt <= this.#now) return "dead token";
    if (this.#refusers.has(person)) return 43101;
    if (!this.#open.delete(`${person} ${scene}`)) return 43101;
    const placement = this.#followers.has(person) ? "chat" : "service_notification";
    this.messages.push(`${person} ${scene} ${placement}`);
    return 0;
  }

  /** Whom the account reaches in its chat, and who refuses. */
  #set({ person, setting, isOn }: DeedOf<"set">): void {
    const people = setting === "follows" ? this.#followers : this.#refusers;
    if (isOn) people.add(person);
    else people.delete(person);
  }

  #rotate({ call }: DeedOf<"rotate">): number {
    if (call === "token") return this.#issue(false);
    return call === "stable" ? this.#giveStable() : this.#forceStable();
  }

  /** A token of `/token` ends five minutes after the next one, whatever the stable ones do. */
  #issue(isStable: boolean): number {
    for (const token of this.#tokens) {
      if (isStable || token.isStable) continue;
      token.endsAt = Math.min(token.endsAt, this.#now + 5 * MINUTES_MS);
    }
    const endsAt = this.#now + TOKEN_LIFE_MS;
    this.#tokens.push({ isStable, endsAt, renewedFrom: endsAt - 5 * MINUTES_MS });
    return this.#tokens.length - 1;
  }

  #giveStable(): number {
    const current = this.#tokens.findLastIndex(({ isStable }) => isStable);
    const token = this.#tokens[current];
    return token === undefined || token.renewedFrom <= this.#now ? this.#issue(true) : current;
  }

  #forceStable(): number {
    if (this.#now - this.#forcedAt < FORCED_APART_MS) return this.#giveStable();
    this.#forcedAt = this.#now;
    for (const token of this.#tokens) {
      if (token.isStable) token.endsAt = Math.min(token.endsAt, this.#now);
    }
    return this.#issue(true);
  }
}

/** The same deeds over HTTP. */
class Real {
  readonly #sandbox: Sandbox;
  readonly #tokens: string[] = [];

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  do(deed: Deed): Promise<Answer> {
    switch (deed.kind) {
      case "decide":
        return this.#decide(deed);
      case "send":
        return this.#send(deed);
      case "set": {
        const patch = { [deed.setting]: deed.isOn ? [APPID] : [] };
        return this.#control("PATCH", `/people/${deed.person}`, patch);
      }
      case "rotate":
        return this.#rotate(deed);
      case "move_clock":
        return this.#control("POST", "/clock", { advance_ms: deed.ms });
    }
  }

  async listMessages(): Promise<readonly string[]> {
    const { items } = (await this.#sandbox.askJson("/control/v1/inbox")) as {
      readonly items: readonly Readonly<Record<"person" | "scene" | "placement", unknown>>[];
    };
    return items.map(({ person, scene, placement }) => [person, scene, placement].join(" "));
  }

  #decide({ action, person, scene }: DeedOf<"decide">): Promise<Answer> {
    const authorizeLink = buildLink({ scene: String(scene) });
    const decision = { authorize_link: authorizeLink, person, action };
    return this.#control("POST", "/decisions", decision);
  }

  async #control(method: string, path: string, body: unknown): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    const asked = { method, headers, body: JSON.stringify(body) };
    const answer = await this.#sandbox.ask(`/control/v1${path}`, asked);
    assert.equal(answer.status, 200, answer.text);
    return [];
  }

  async #send({ person, scene, token, count }: DeedOf<"send">): Promise<Answer> {
    const body = await makeBody(this.#sandbox, { person, scene });
    const used = this.#tokens[token % this.#tokens.length] ?? "";
    const answers = await Promise.all(
      Array.from({ length: count }, () => send(this.#sandbox, used, body)),
    );
    return answers.map(readErrcode).map(nameDeath).toSorted(compare);
  }

  /** The number of the token that is given, counted from the first that was. */
  async #rotate({ call }: DeedOf<"rotate">): Promise<Answer> {
    const answer = await (call === "token"
      ? this.#sandbox.ask(tokenPath())
      : this.#sandbox.post(STABLE_TOKEN_PATH, {
          grant_type: "client_credential",
          appid: APPID,
          secret: DEMO_ACCOUNT.secret,
          force_refresh: call === "forced",
        }));
    const token = readToken(JSON.parse(answer.text));
    if (!this.#tokens.includes(token)) this.#tokens.push(token);
    return [this.#tokens.indexOf(token)];
  }
}

/** The facts tell 40001 from 42001 by what ended first; here it is enough that the token is dead. */
function nameDeath(errcode: number): number | "dead token" {
  return errcode === 40001 || errcode === 42001 ? "dead token" : errcode;
}

/** The order in which two sends at once are answered is nobody's business. */
function compare(one: number | string, other: number | string): number {
  return String(one).localeCompare(String(other));
}

const FIRST_TOKEN: Deed = { kind: "rotate", call: "token" };

test("whatever people and developers do in whatever order, the platform does what the facts say", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(Deed, { maxLength: 60, size: "max" }), async (deeds) => {
      const sandbox = await openSandbox(t);
      const [model, real] = [new Model(), new Real(sandbox)];

      for (const deed of [FIRST_TOKEN, ...deeds]) {
        const expected = model.do(deed);
        assert.deepEqual(await real.do(deed), expected, deed.kind);
      }

      assert.deepEqual(await real.listMessages(), model.messages);
      await sandbox.platform.stop();
    }),
    { numRuns: 60 },
  );
});
