import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  buildLink,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  type Sandbox,
  send,
} from "./sandbox.ts";

const PEOPLE = ["zhang", "li"] as const;
const SCENES = [0, 10_000] as const;

const Deed = fc.record({
  kind: fc.constantFrom("confirm", "cancel", "send", "send_twice", "follow", "unfollow"),
  person: fc.constantFrom(...PEOPLE),
  scene: fc.constantFrom(...SCENES),
});
type Deed = typeof Deed extends fc.Arbitrary<infer Value> ? Value : never;

/** What the official page says, and no more: which grants are open, and where each message lies. */
class Model {
  readonly #open = new Set<string>();
  readonly #followers = new Set<string>(["zhang"]);
  readonly messages: string[] = [];

  /** What the sends of this deed are answered, in no particular order. */
  do({ kind, person, scene }: Deed): readonly number[] {
    const slot = `${person} ${scene}`;
    switch (kind) {
      case "confirm":
        this.#open.add(slot);
        return [];
      case "cancel":
        return [];
      case "follow":
        this.#followers.add(person);
        return [];
      case "unfollow":
        this.#followers.delete(person);
        return [];
      case "send":
        return [this.#send(slot, person)];
      case "send_twice":
        return [this.#send(slot, person), this.#send(slot, person)].toSorted(
          (one, other) => one - other,
        );
    }
  }

  #send(slot: string, person: string): number {
    if (!this.#open.delete(slot)) return 43101;
    this.messages.push(`${slot} ${this.#followers.has(person) ? "chat" : "service_notification"}`);
    return 0;
  }
}

async function doForReal(sandbox: Sandbox, token: string, deed: Deed): Promise<readonly number[]> {
  const { kind, person, scene } = deed;
  const { control } = sandbox.platform;
  switch (kind) {
    case "confirm":
    case "cancel":
      await control.decide({
        authorizeLink: buildLink({ scene: String(scene) }),
        person,
        action: kind,
      });
      return [];
    case "follow":
    case "unfollow": {
      const [account] = await control.listAccounts();
      await control.changePerson(person, {
        follows: kind === "follow" && account ? [account.appid] : [],
      });
      return [];
    }
    default: {
      const body = await makeBody(sandbox, { person, scene });
      const count = kind === "send" ? 1 : 2;
      const answers = await Promise.all(
        Array.from({ length: count }, () => send(sandbox, token, body)),
      );
      return answers.map(readErrcode).toSorted((one, other) => one - other);
    }
  }
}

test("whatever people and developers do in whatever order, the ledger does what the document says", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(Deed, { maxLength: 40 }), async (deeds) => {
      const sandbox = await openSandbox(t);
      const token = await getToken(sandbox);
      const model = new Model();

      for (const deed of deeds) {
        const expected = model.do(deed);
        assert.deepEqual(await doForReal(sandbox, token, deed), expected);
      }

      const messages = await sandbox.platform.control.listInbox();
      assert.deepEqual(
        messages.map(({ person, scene, placement }) => `${person} ${scene} ${placement}`),
        model.messages,
      );
      await sandbox.platform.stop();
    }),
    { numRuns: 30 },
  );
});
