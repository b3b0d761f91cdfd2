import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageJson, ProblemJson } from "./flow-json.ts";
import { openFlow } from "./flow-scene.ts";
import { must } from "./must.ts";
import { buildMessage, callSend, fetchToken } from "./platform-api.ts";

test("of two messages at once for one grant exactly one is accepted and delivered, and the other told by which", async () => {
  await using flow = await openFlow();
  await flow.confirm();

  const replies = await Promise.all([
    flow.send<MessageJson & ProblemJson>({ content: "one" }),
    flow.send<MessageJson & ProblemJson>({ content: "other" }),
  ]);

  const [accepted, refused] = replies.toSorted((left, right) => left.status - right.status);
  assert.deepEqual([accepted?.status, accepted?.json.state], [200, "delivered"]);
  assert.deepEqual([refused?.status, refused?.json.code], [409, "no_grant"]);
  assert.equal(refused?.json.earlier_message_id, accepted?.json.id);
  assert.equal((await flow.inbox("zhang", 1)).length, 1);
});

test("of twenty messages at once for one grant exactly one is delivered", async () => {
  await using flow = await openFlow();
  await flow.confirm();

  const replies = await Promise.all(Array.from({ length: 20 }, () => flow.send()));

  const statuses = replies.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1);
  assert.equal(statuses.filter((status) => status === 409).length, 19);
  assert.equal((await flow.inbox("zhang", 1)).length, 1);
});

test("of two sends at once past the gateway the platform answers exactly one with 0, and keeps one message", async () => {
  await using flow = await openFlow();
  await flow.confirm();
  const token = await fetchToken(flow);
  const body = await buildMessage(flow);

  const replies = await Promise.all([callSend(flow, token, body), callSend(flow, token, body)]);

  assert.deepEqual(
    replies.map(({ json }) => json.errcode).toSorted((left, right) => left - right),
    [0, 43101],
  );
  assert.equal((await flow.inbox("zhang", 1)).length, 1);
});

test("when two systems send for one grant at once, the one that loses is told that its grant is gone", async () => {
  await using flow = await openFlow();
  await flow.confirm();
  const token = await fetchToken(flow);
  const body = await buildMessage(flow);
  const caught = flow.cable.catchSend();
  const ours = flow.send();
  const send = await caught;

  const theirs = await callSend(flow, token, body);
  await send.finish();

  const { json } = await ours;
  assert.equal(theirs.json.errcode, 0);
  assert.deepEqual([json.state, json.cause, json.errcode], ["rejected", "grant_refused", 43101]);
  assert.equal(must((await flow.listGrants())[0]).void_cause, "platform_refused");
  assert.equal((await flow.inbox("zhang", 1)).length, 1);
});
