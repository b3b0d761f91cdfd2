import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ProblemJson } from "./flow-json.ts";
import { type ApiCall, type FlowScene, openFlow } from "./flow-scene.ts";

const KEYED: ApiCall = { headers: { "idempotency-key": "order-7" } };

describe("a message that is asked for again with the same Idempotency-Key", () => {
  test("is the same message, sent once, and the answer says that it is a repetition", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const first = await flow.send({}, KEYED);

    const again = await flow.send({}, KEYED);

    assert.deepEqual(again.json, first.json);
    assert.equal(first.headers["idempotency-replayed"], undefined);
    assert.equal(again.headers["idempotency-replayed"], "true");
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("uses no second grant, although there is one by then", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const first = await flow.send({}, KEYED);
    await flow.confirm();

    const again = await flow.send({}, KEYED);

    assert.equal(again.json.id, first.json.id);
    const { grants } = await flow.findSlot();
    assert.deepEqual(
      grants.map(({ state }) => state),
      ["available", "spent"],
    );
  });

  test("at once, twenty times, is one message", async () => {
    await using flow = await openFlow();
    await flow.confirm();

    const replies = await Promise.all(Array.from({ length: 20 }, () => flow.send({}, KEYED)));

    assert.deepEqual([...new Set(replies.map(({ json }) => json.id))], [replies[0]?.json.id]);
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("while it is under way answers how it stands, and waits for its end if asked to", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const caught = flow.cable.catchSend();
    const first = await flow.accept({}, KEYED);
    const send = await caught;

    const meanwhile = await flow.accept({}, KEYED);
    const ended = flow.send({}, KEYED);
    await send.finish();

    assert.deepEqual([meanwhile.status, meanwhile.json.state], [202, "sending"]);
    assert.equal(meanwhile.json.id, first.json.id);
    assert.deepEqual([(await ended).status, (await ended).json.state], [200, "delivered"]);
  });

  test("but with another body is refused, and nothing is sent", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    await flow.send({}, KEYED);
    await flow.confirm();

    const other = await flow.send<ProblemJson>({ content: "something else" }, KEYED);

    assert.deepEqual([other.status, other.json.code], [422, "idempotency_key_reused"]);
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });
});

test("a refusal is not remembered: once there is a grant the same key sends", async () => {
  await using flow = await openFlow();
  const refused = await flow.send<ProblemJson>({}, KEYED);
  await flow.confirm();

  const sent = await flow.send({}, KEYED);

  assert.equal(refused.json.code, "no_grant");
  assert.equal(sent.json.state, "delivered");
});

describe("when an API key is rotated", () => {
  test("the new key is the same principal, so that a repetition is still one", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const first = await flow.send({}, KEYED);
    const rotated = await issueKey(flow, "flow");

    const again = await flow.send({}, withKey(rotated.key));

    assert.equal(again.json.id, first.json.id);
    assert.equal(again.json.principal, "flow");
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("the old key works until it is revoked, and not one call longer", async () => {
    await using flow = await openFlow();
    const old = await issueKey(flow, "shop");
    await issueKey(flow, "shop");
    const headers = { authorization: `Bearer ${old.key}` };
    const before = await flow.api("GET", "/accounts", { headers });

    await flow.api("DELETE", `/keys/${old.id}`);

    const after = await flow.api<ProblemJson>("GET", "/accounts", { headers });
    assert.equal(before.status, 200);
    assert.deepEqual([after.status, after.json.code], [401, "unauthorized"]);
  });

  test("another principal's same key and body is another message", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const first = await flow.send({}, KEYED);
    await flow.confirm();
    const stranger = await issueKey(flow, "stranger");

    const second = await flow.send({}, withKey(stranger.key));

    assert.notEqual(second.json.id, first.json.id);
    assert.equal(second.json.principal, "stranger");
    assert.equal((await flow.inbox("zhang", 2)).length, 2);
  });
});

interface KeyJson {
  readonly id: string;
  readonly key: string;
}

async function issueKey(flow: FlowScene, principal: string): Promise<KeyJson> {
  return (await flow.api<KeyJson>("POST", "/keys", { body: { principal } })).json;
}

function withKey(key: string): ApiCall {
  return { headers: { ...KEYED.headers, authorization: `Bearer ${key}` } };
}
