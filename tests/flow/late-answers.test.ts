import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SEND_PATH } from "@yici/protocol";
import type { CaughtSend } from "./cable.ts";
import type { JournalEntryJson, ListJson, MessageJson, ProblemJson } from "./flow-json.ts";
import { type FlowScene, openFlow, type Sending } from "./flow-scene.ts";
import { must } from "./must.ts";
import { buildMessage, callSend, fetchToken } from "./platform-api.ts";

/** A little longer than a lease lasts. */
const LEASE_OVER_MS = 31_000;

/** The time that one send may take, and longer than it. */
const SEND_MS = 10_000;
const LATENCY_MS = 60_000;

/** Longer than the wait before a first retry. */
const RETRY_DUE_MS = 2_000;

describe("the platform's 0 that arrives after the lease was lost makes the message delivered", () => {
  test("when it had ended uncertain, because its sender said stop in doubt", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const { id, send } = await loseLease(flow, { when_in_doubt: "stop" });
    const before = await flow.reached(id, "uncertain");

    send.arrive();

    const after = await flow.reached(id, "delivered");
    assert.equal(before.cause, "stopped_in_doubt");
    assert.deepEqual(readAttempts(after), ["answered 0, late"]);
    assert.equal(must((await flow.listGrants())[0]).state, "spent");
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("when it was queued to be tried again, and then it is not", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const { id, send } = await loseLease(flow, {}, () =>
      flow.account("POST", "/pause", { body: {} }),
    );
    await flow.reached(id, "queued");

    send.arrive();

    const after = await flow.reached(id, "delivered");
    await flow.account("POST", "/resume", { body: {} });
    await flow.confirm({ person: "li" });
    await flow.send({ person: "li" });
    assert.deepEqual(readAttempts(await flow.findMessage(id)), readAttempts(after));
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("when it was tried again and refused, which had left it uncertain and likely delivered", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const { id, send } = await loseLease(flow);
    await flow.until(async () => (await flow.findMessage(id)).state !== "sending");
    flow.world.advance(RETRY_DUE_MS);
    const before = await flow.reached(id, "uncertain");

    send.arrive();

    const after = await flow.reached(id, "delivered");
    assert.deepEqual([before.cause, before.likely], ["refused_in_doubt", "delivered"]);
    assert.deepEqual(readAttempts(after), ["answered 0, late", "answered 43101"]);
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("when the person had confirmed again, and the new grant stays", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    await flow.confirm({ browser });
    const { id, send } = await loseLease(flow, { when_in_doubt: "stop" });
    await flow.reached(id, "uncertain");
    await flow.confirm({ browser });

    send.arrive();

    await flow.reached(id, "delivered");
    const { grants } = await flow.findSlot();
    assert.deepEqual(
      grants.map(({ generation, state }) => [generation, state]),
      [
        [2, "available"],
        [1, "spent"],
      ],
    );
    assert.equal((await flow.send()).json.state, "delivered");
    assert.equal((await flow.inbox("zhang", 2)).length, 2);
  });
});

describe("a platform that answers only after the gateway has given up waiting", () => {
  test("delivers all the same: the message is on the phone, and the gateway says that it does not know", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const id = await giveUpWaiting(flow, { when_in_doubt: "stop" });

    const settled = await flow.reached(id, "uncertain");
    await flow.control("POST", "/clock", { advance_ms: LATENCY_MS });

    assert.equal((await flow.inbox("zhang", 1)).length, 1);
    assert.deepEqual([settled.cause, settled.likely], ["stopped_in_doubt", "unknown"]);
    assert.equal((await flow.findMessage(id)).state, "uncertain");
    assert.equal((await flow.send<ProblemJson>()).json.code, "no_grant");
  });

  test("delivers a message that was sent again meanwhile no second time", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const id = await giveUpWaiting(flow);
    await flow.until(async () => (await flow.findMessage(id)).state !== "sending");
    flow.world.advance(RETRY_DUE_MS);
    await flow.reached(id, "delivered");

    await flow.control("POST", "/clock", { advance_ms: LATENCY_MS });

    await flow.until(async () => (await listSendCodes(flow)).length === 2);
    assert.deepEqual(await listSendCodes(flow), [0, 43101]);
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });
});

test("a late answer other than 0 is kept with its attempt and changes nothing", async () => {
  await using flow = await openFlow();
  await flow.confirm();
  const elsewhere = await callSend(flow, await fetchToken(flow), await buildMessage(flow));
  const { id, send } = await loseLease(flow, { when_in_doubt: "stop" });
  await flow.reached(id, "uncertain");

  send.arrive();

  await flow.until(async () => must((await flow.findMessage(id)).attempts[0]).is_late);
  const after = await flow.findMessage(id);
  assert.equal(elsewhere.json.errcode, 0);
  assert.deepEqual([after.state, after.cause], ["uncertain", "stopped_in_doubt"]);
  assert.deepEqual(readAttempts(after), ["answered 43101, late"]);
  assert.equal(must((await flow.listGrants())[0]).void_cause, "in_doubt");
});

/**
 * Has a message sent and holds the platform's answer; then the machine's wall clock is set forward past the end of the
 * lease, and the gateway notices.
 */
async function loseLease(
  flow: FlowScene,
  sending: Sending = {},
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ readonly id: string; readonly send: CaughtSend }> {
  const caught = flow.cable.catchSend();
  const { id } = (await flow.accept(sending)).json;
  const send = await caught;
  await send.travel();
  await before();
  flow.world.setForward(LEASE_OVER_MS);
  // News of any message has the gateway look at what is due.
  await flow.accept({ person: "wang", when_no_grant: "wait" });
  return { id, send };
}

/** Has a message sent to a platform that takes its time, and lets the time pass that a send may take. */
async function giveUpWaiting(flow: FlowScene, sending: Sending = {}): Promise<string> {
  const fault = { endpoint: SEND_PATH, kind: "latency", latency_ms: LATENCY_MS, count: 1 };
  await flow.control("POST", "/faults", fault);
  const { id } = (await flow.accept(sending)).json;
  // A fault that has struck as often as it should is gone: the platform has the call.
  await flow.until(async () => {
    return (await flow.control<ListJson<unknown>>("GET", "/faults")).items.length === 0;
  });
  flow.world.advance(SEND_MS);
  return id;
}

/** What the platform decided on each send. */
async function listSendCodes(flow: FlowScene): Promise<readonly (number | undefined)[]> {
  const { items } = await flow.control<ListJson<JournalEntryJson>>("GET", "/journal");
  return items.filter(({ endpoint }) => endpoint === SEND_PATH).map(({ errcode }) => errcode);
}

function readAttempts({ attempts }: MessageJson): readonly string[] {
  return attempts.map(({ outcome, is_late: isLate }) => {
    const { kind, errcode } = must(outcome);
    return `${kind}${errcode === undefined ? "" : ` ${errcode}`}${isLate ? ", late" : ""}`;
  });
}
