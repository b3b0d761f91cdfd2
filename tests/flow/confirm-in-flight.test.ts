import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SEND_PATH } from "@yici/protocol";
import type { CaughtSend } from "./cable.ts";
import type { MessageJson, ProblemJson } from "./flow-json.ts";
import { APPID, type FlowScene, openFlow } from "./flow-scene.ts";
import { buildMessage, callSend, fetchToken } from "./platform-api.ts";

/** A send that is held in flight. */
interface Flight {
  readonly flow: FlowScene;
  readonly send: CaughtSend;
  readonly messageId: string;
  /** Lets the person confirm again, in the browser of the first time. */
  readonly confirm: () => Promise<unknown>;
}

/** What the platform does with the send that is in flight, and what must have come of it all. */
interface Case {
  readonly answer: string;
  /** Makes the platform do so. */
  readonly provoke?: (flow: FlowScene) => Promise<unknown>;
  /** Brings the send to its end, with the confirmation in the middle. */
  readonly carry?: (flight: Flight) => Promise<void>;
  /** Where the message then stands, and why. */
  readonly becomes: readonly [state: string, cause: string | null];
  /** Lets a message that has yet to be sent be sent. */
  readonly goOn?: (flow: FlowScene) => Promise<unknown>;
  /** The slot's generations in the end, newest first. */
  readonly grants: readonly string[];
  /** What becomes of the next message. */
  readonly next: "delivered" | "no_grant";
  /** What is on the phone after all that. */
  readonly phone: readonly string[];
}

/** The message used the grant that the new confirmation renewed: there is none left. */
const RENEWED = { grants: ["spent"], next: "no_grant", phone: ["first"] } as const;

/** The longest wait before a first retry, and the time that one send may take. */
const BACKOFF_MAX_MS = 1_000;
const SEND_MS = 10_000;

const CASES: readonly Case[] = [
  {
    answer: "0",
    becomes: ["delivered", "answered_ok"],
    grants: ["available", "spent"],
    next: "delivered",
    phone: ["first", "second"],
  },
  {
    answer: "43101, somebody else has used the grant",
    provoke: spendElsewhere,
    becomes: ["rejected", "grant_refused"],
    grants: ["available", "void: platform_refused"],
    next: "delivered",
    phone: ["elsewhere", "second"],
  },
  {
    answer: "40001, the token was revoked",
    provoke: revokeToken,
    becomes: ["delivered", "answered_ok"],
    ...RENEWED,
  },
  {
    answer: "none: the platform cannot be reached",
    carry: async ({ flow, send, messageId, confirm }) => {
      await confirm();
      await send.failToConnect();
      await flow.until(async () => (await flow.findMessage(messageId)).state !== "sending");
      flow.world.advance(BACKOFF_MAX_MS);
    },
    becomes: ["delivered", "answered_ok"],
    ...RENEWED,
  },
  {
    answer: "-1, and the message was not processed",
    provoke: (flow) => addFault(flow, { kind: "errcode", errcode: -1 }),
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["second"],
  },
  {
    answer: "-1, although the message was processed",
    provoke: (flow) => addFault(flow, { kind: "errcode", errcode: -1, when: "after" }),
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["first", "second"],
  },
  {
    answer: "an errcode that nobody knows",
    provoke: (flow) => addFault(flow, { kind: "errcode", errcode: 9_100_001 }),
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["second"],
  },
  {
    answer: "lost: the connection breaks once the message was processed",
    provoke: (flow) => addFault(flow, { kind: "reset", when: "after" }),
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["first", "second"],
  },
  {
    answer: "cut short, once the message was processed",
    provoke: (flow) => addFault(flow, { kind: "truncated", when: "after" }),
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["first", "second"],
  },
  {
    answer: "an HTML page of a load balancer, and the message was not processed",
    provoke: (flow) => addFault(flow, { kind: "html", status: 502, when: "before" }),
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["second"],
  },
  {
    answer: "none within the time that a send may take",
    carry: async ({ flow, send, confirm }) => {
      await send.travel();
      await confirm();
      flow.world.advance(SEND_MS);
    },
    becomes: ["uncertain", "confirmation_heard"],
    grants: ["available", "void: in_doubt"],
    next: "delivered",
    phone: ["first", "second"],
  },
  {
    answer: "45009, and the account stands still until an operator decides",
    provoke: (flow) => addFault(flow, { kind: "errcode", errcode: 45009 }),
    becomes: ["queued", null],
    goOn: (flow) => flow.account("POST", "/resume", { body: {} }),
    ...RENEWED,
  },
  {
    answer: "45002, the message itself is refused",
    provoke: (flow) => addFault(flow, { kind: "errcode", errcode: 45002 }),
    becomes: ["rejected", "message_refused"],
    grants: ["available"],
    next: "delivered",
    phone: ["second"],
  },
];

describe("a confirmation while a send is in flight survives when the answer is", () => {
  for (const { answer, provoke, carry = carryAnswer, becomes, goOn, ...end } of CASES) {
    test(answer, async () => {
      await using flow = await openFlow();
      const browser = flow.openBrowser();
      const confirm = () => flow.confirm({ browser });
      await confirm();
      await provoke?.(flow);
      const caught = flow.cable.catchSend();
      const { id: messageId } = (await flow.accept({ content: "first" })).json;

      await carry({ flow, send: await caught, messageId, confirm });

      const settled = await flow.reached(messageId, becomes[0]);
      assert.deepEqual([settled.state, settled.cause], becomes);
      assert.equal((await flow.findSlot()).confirmations[0]?.effect, "noted");
      if (goOn !== undefined) {
        await goOn(flow);
        await flow.reached(messageId, "delivered");
      }
      assert.deepEqual(await listGenerations(flow), end.grants);
      const { json } = await flow.send<MessageJson & ProblemJson>({ content: "second" });
      assert.equal(json.code ?? json.state, end.next);
      const phone = await flow.inbox("zhang", end.phone.length);
      assert.deepEqual(
        phone.map(({ content }) => content),
        end.phone,
      );
    });
  }
});

test("a confirmation that the platform heard just before the send spent it is kept, marked as perhaps spent", async () => {
  await using flow = await openFlow();
  const browser = flow.openBrowser();
  await flow.confirm({ browser });
  const caught = flow.cable.catchSend();
  const first = await flow.accept();
  const send = await caught;

  await flow.confirm({ browser });
  await send.finish();

  await flow.reached(first.json.id, "delivered");
  const [grant] = (await flow.findSlot()).grants;
  assert.deepEqual([grant?.state, grant?.is_maybe_spent], ["available", true]);
  const next = await flow.send();
  assert.deepEqual([next.json.state, next.json.cause], ["rejected", "grant_refused"]);
  assert.equal((await flow.inbox("zhang", 1)).length, 1);
});

test("a callback that is loaded again while its send is in flight grants nothing, and keeps an unanswered send from being repeated", async () => {
  await using flow = await openFlow();
  const browser = flow.openBrowser();
  const callback = await flow.decide(await flow.enter(browser));
  await browser.open(callback);
  await addFault(flow, { kind: "reset", when: "after" });
  const caught = flow.cable.catchSend();
  const { id } = (await flow.accept()).json;
  const send = await caught;
  await send.travel();

  await browser.open(callback);
  send.arrive();

  const settled = await flow.reached(id, "uncertain");
  assert.deepEqual([settled.cause, settled.attempts.length], ["confirmation_heard", 1]);
  assert.deepEqual(await listGenerations(flow), ["void: in_doubt"]);
});

/** Holds the platform's answer until the person has confirmed. */
async function carryAnswer({ send, confirm }: Flight): Promise<void> {
  await send.travel();
  await confirm();
  send.arrive();
}

function addFault(flow: FlowScene, fault: Readonly<Record<string, unknown>>): Promise<unknown> {
  return flow.control("POST", "/faults", { endpoint: SEND_PATH, count: 1, ...fault });
}

/** Has the gateway fetch a token, and takes that away. */
async function revokeToken(flow: FlowScene): Promise<void> {
  await flow.confirm({ person: "li" });
  await flow.send({ person: "li" });
  await flow.control("POST", `/accounts/${APPID}/revoke_tokens`);
}

/** Uses the person's grant past the gateway, as another system with the same account would. */
async function spendElsewhere(flow: FlowScene): Promise<void> {
  const body = await buildMessage(flow, { data: { content: { value: "elsewhere" } } });
  const reply = await callSend(flow, await fetchToken(flow), body);
  assert.equal(reply.json.errcode, 0);
}

async function listGenerations(flow: FlowScene): Promise<readonly string[]> {
  const { grants } = await flow.findSlot();
  return grants.map(({ state, void_cause: cause }) =>
    cause === null ? state : `${state}: ${cause}`,
  );
}
