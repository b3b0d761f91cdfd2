import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { DEMO_APPID, known, openGatewayScene } from "./gateway-scene.ts";
import type { ApiReply, GatewayScene } from "./gateway-scene.ts";

const MESSAGES = `/v1/accounts/${DEMO_APPID}/messages`;
const BODY = { openid: "oZhang", scene: 1000, title: "订阅通知", content: "您好!" };

interface Text {
  readonly zh: string;
  readonly en: string;
}

interface MessageShown {
  readonly id: string;
  readonly state: string;
  readonly openid: string;
  readonly send_at: string;
  readonly deadline: string;
}

interface StoryShown extends MessageShown {
  readonly cause: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly outcome: { readonly kind: string; readonly errcode?: number; readonly meaning?: Text };
  }[];
  readonly grant: { readonly state: string; readonly generation: number } | null;
  readonly explanation: {
    readonly meaning: Text;
    readonly likely_causes: readonly Text[];
    readonly next_step: Text;
    readonly rule: { readonly zh: string; readonly en: string } | null;
  };
  readonly slot: {
    readonly grants: readonly { readonly state: string }[];
    readonly confirmations: readonly {
      readonly evidence: string;
      readonly effect: string;
      readonly generation: number;
    }[];
  };
  readonly ask_again: readonly { readonly entry_url: string }[];
}

interface ProblemShown {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly detail_zh: string;
  readonly issues?: readonly {
    readonly path: readonly string[];
    readonly code: string;
    readonly message: Text;
    readonly limit?: number;
    readonly actual?: number;
  }[];
}

function post<T = MessageShown>(
  scene: GatewayScene,
  body: unknown,
  { key, query = "" }: { readonly key?: string; readonly query?: string } = {},
): Promise<ApiReply<T>> {
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return scene.api<T>("POST", `${MESSAGES}${query}`, { body, headers });
}

async function listMessages(scene: GatewayScene): Promise<readonly MessageShown[]> {
  return (await scene.api<{ readonly items: readonly MessageShown[] }>("GET", MESSAGES)).json.items;
}

test("a message for somebody who confirmed is accepted and delivered", async () => {
  await using scene = await openGatewayScene();
  await scene.confirm("oZhang");

  const reply = await post(scene, BODY, { query: "?wait_ms=10000" });

  assert.equal(reply.status, 200);
  assert.equal(reply.json.state, "delivered");
  assert.match(reply.json.id, /^msg_[a-z0-9]{24}$/);
  assert.equal(scene.platform.delivered.get("oZhang"), 1);
});

test("who does not wait is answered 202 at once, with the deadline that the policy gives", async () => {
  await using scene = await openGatewayScene();
  await scene.confirm("oZhang");

  const { status, json } = await post(scene, BODY);

  assert.equal(status, 202);
  assert.equal(json.state, "queued");
  assert.equal(Date.parse(json.deadline) - Date.parse(json.send_at), RETRY_POLICY.deadlineMs);
});

test("who waits is answered when time is up, with the message as it stands", async () => {
  await using scene = await openGatewayScene();
  await scene.confirm("oZhang");
  const asked = Promise.withResolvers<void>();
  scene.platform.answer = () => {
    asked.resolve();
    return "silence";
  };

  const waiting = post(scene, BODY, { query: "?wait_ms=5000" });
  await asked.promise;
  scene.world.advance(5_000);
  const reply = await waiting;

  assert.equal(reply.status, 202);
  assert.equal(reply.json.state, "sending");
  scene.world.advance(60_000); // The send is given up, so that the gateway need not wait for it.
});

test("a cancelled message lets those go who wait for it", { timeout: 20_000 }, async () => {
  await using scene = await openGatewayScene();
  const first = await post(scene, { ...BODY, when_no_grant: "wait" }, { key: "k" });

  const waiting = post(
    scene,
    { ...BODY, when_no_grant: "wait" },
    { key: "k", query: "?wait_ms=60000" },
  );
  await scene.api("GET", MESSAGES);
  await scene.api("POST", `${MESSAGES}/${first.json.id}/cancel`);
  const reply = await waiting;

  assert.equal(reply.json.state, "cancelled");
});

test(
  "a message whose time is over lets those go who wait for it",
  { timeout: 20_000 },
  async () => {
    await using scene = await openGatewayScene();
    const deadline = new Date(scene.world.now() + 30_000).toISOString();
    const body = { ...BODY, when_no_grant: "wait", deadline };

    const first = await post(scene, body, { key: "k" });

    const waiting = post(scene, body, { key: "k", query: "?wait_ms=60000" });
    await scene.api("GET", `${MESSAGES}/${first.json.id}`);
    scene.world.advance(30_000);
    const reply = await waiting;

    assert.equal(reply.json.state, "expired");
  },
);

describe("without a grant the answer says why and how to get one", () => {
  interface NoGrantShown extends ProblemShown {
    readonly earlier_message_id: string | null;
    readonly slot: {
      readonly summary: Text;
      readonly grants: readonly { readonly state: string }[];
      readonly ask_again: readonly { readonly entry_url: string }[];
    };
  }

  test("nobody ever confirmed", async () => {
    await using scene = await openGatewayScene();

    const { status, json } = await post<NoGrantShown>(scene, BODY);

    assert.equal(status, 409);
    assert.equal(json.code, "no_grant");
    assert.equal(json.earlier_message_id, null);
    assert.match(json.detail, /never confirmed/);
    assert.match(json.detail_zh, /从未确认/);
    assert.deepEqual(
      json.slot.ask_again.map(({ entry_url }) => entry_url),
      [scene.demo.entryUrl],
    );
  });

  test("an earlier message used it", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const earlier = await post(scene, BODY, { query: "?wait_ms=10000" });

    const { status, json } = await post<NoGrantShown>(scene, BODY);

    assert.equal(status, 409);
    assert.equal(json.earlier_message_id, earlier.json.id);
    assert.ok(json.detail.includes(earlier.json.id));
    assert.match(json.detail, /was used by message/);
  });

  test("another message holds it", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const sendAt = new Date(scene.world.now() + 3_600_000).toISOString();
    const holder = await post(scene, { ...BODY, send_at: sendAt });

    const { json } = await post<NoGrantShown>(scene, BODY);

    assert.equal(json.earlier_message_id, holder.json.id);
    assert.match(json.detail, /was set aside for message/);
  });

  test("WeChat refused it", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    scene.platform.answer = () => 43_101;
    await post(scene, BODY, { query: "?wait_ms=10000" });

    const { json } = await post<NoGrantShown>(scene, BODY);

    assert.match(json.detail, /became void .* WeChat answered 43101/);
  });

  test("its evidence is below what the caller demands", async () => {
    await using scene = await openGatewayScene();
    await scene.browse(scene.comeBack(await scene.enter(), { openid: "oZhang" }));

    const { status, json } = await post<NoGrantShown>(scene, { ...BODY, min_evidence: "bound" });

    assert.equal(status, 409);
    assert.match(json.detail, /evidence is unbound, below the bound that was demanded/);
  });

  test("no link asks for the scene yet", async () => {
    await using scene = await openGatewayScene();

    const { json } = await post<NoGrantShown>(scene, { ...BODY, scene: 5 });

    assert.deepEqual(json.slot.ask_again, []);
    assert.match(json.detail, /add one with POST/);
  });

  test("after another confirmation it goes out", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    await post(scene, BODY, { query: "?wait_ms=10000" });
    scene.world.advance(1_000);
    await scene.confirm("oZhang");

    const reply = await post(scene, BODY, { query: "?wait_ms=10000" });

    assert.equal(reply.json.state, "delivered");
    assert.equal(scene.platform.delivered.get("oZhang"), 2);
  });
});

describe("an Idempotency-Key", () => {
  test("gets the same message for the same body, whatever its spelling", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const first = await post(scene, BODY, { key: "order-17" });
    const { openid, ...rest } = BODY;

    const second = await post(scene, `{ "openid": "${openid}",\n${JSON.stringify(rest).slice(1)}`, {
      key: "order-17",
    });
    const third = await post(scene, { ...rest, openid }, { key: "order-17" });

    assert.deepEqual([second.json.id, third.json.id], [first.json.id, first.json.id]);
    assert.equal(second.headers["idempotency-replayed"], "true");
    assert.equal(first.headers["idempotency-replayed"], undefined);
    assert.equal((await listMessages(scene)).length, 1);
  });

  test("gets the same message after its deadline too", async () => {
    await using scene = await openGatewayScene();
    const deadline = new Date(scene.world.now() + 60_000).toISOString();
    const body = { ...BODY, deadline, when_no_grant: "wait" };
    const first = await post(scene, body, { key: "order-17" });
    scene.world.advance(120_000);

    const second = await post(scene, body, { key: "order-17" });
    const other = await post<ProblemShown>(scene, body, { key: "order-18" });

    assert.equal(second.json.id, first.json.id);
    assert.deepEqual(
      other.json.issues?.map(({ code }) => code),
      ["too_early"],
    );
  });

  test("is refused for another body", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    await post(scene, BODY, { key: "order-17" });

    const reply = await post<ProblemShown>(scene, { ...BODY, title: "别的" }, { key: "order-17" });

    assert.equal(reply.status, 422);
    assert.equal(reply.json.code, "idempotency_key_reused");
  });

  test("is not remembered for what was refused", async () => {
    await using scene = await openGatewayScene();
    const refused = await post(scene, BODY, { key: "order-17" });
    await scene.confirm("oZhang");

    const accepted = await post(scene, BODY, { key: "order-17" });

    assert.deepEqual([refused.status, accepted.status], [409, 202]);
  });

  test("belongs to the principal: a rotated API key does not accept twice", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const first = await post(scene, BODY, { key: "order-17" });
    const rotated = await scene.gateway.issueKey("tests");

    const second = await scene.api<MessageShown>("POST", MESSAGES, {
      body: BODY,
      headers: { authorization: `Bearer ${rotated}`, "idempotency-key": "order-17" },
    });

    assert.equal(second.json.id, first.json.id);
  });

  test("of another principal is another key", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    await post(scene, BODY, { key: "order-17" });
    const other = await scene.gateway.issueKey("somebody-else");

    const second = await scene.api("POST", MESSAGES, {
      body: BODY,
      headers: { authorization: `Bearer ${other}`, "idempotency-key": "order-17" },
    });

    assert.equal(second.status, 409);
  });

  test("longer than 255 characters or with a blank is refused", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");

    const long = await post<ProblemShown>(scene, BODY, { key: "k".repeat(256) });
    const blank = await post<ProblemShown>(scene, BODY, { key: "two words" });

    assert.deepEqual([long.json.code, blank.json.code], ["invalid_request", "invalid_request"]);
    assert.deepEqual(long.json.issues?.[0]?.path, ["Idempotency-Key"]);
  });
});

describe("a request with mistakes is refused with all of them", () => {
  test("what WeChat would not take, counted as WeChat counts", async () => {
    await using scene = await openGatewayScene();
    const body = { ...BODY, title: "🎉".repeat(16), content: "", color: "red", url: "ftp://x" };

    const { status, json } = await post<ProblemShown>(scene, body);

    assert.equal(status, 422);
    assert.equal(json.code, "invalid_request");
    assert.deepEqual(
      json.issues?.map(({ path, code }) => [path.join("."), code]),
      [
        ["title", "too_long"],
        ["content", "required"],
        ["color", "malformed"],
        ["url", "malformed"],
      ],
    );
    assert.deepEqual([json.issues?.[0]?.limit, json.issues?.[0]?.actual], [15, 16]);
  });

  test("unknown fields, missing ones and wrong types, each by name in both languages", async () => {
    await using scene = await openGatewayScene();

    const { status, json } = await post<ProblemShown>(scene, {
      openid: 7,
      scene: 1000,
      title: "t",
      contents: "c",
    });

    assert.equal(status, 422);
    const issues = Object.fromEntries(
      json.issues?.map(({ path, code, message }) => [path.join("."), [code, message.en]]) ?? [],
    );
    assert.deepEqual(issues, {
      content: ["required", "content is missing"],
      contents: ["unknown_field", "contents is not a known field"],
      openid: ["malformed", "openid must be string"],
    });
  });

  test("a scene outside 0 to 10000 and an openid that cannot be one", async () => {
    await using scene = await openGatewayScene();

    const { json } = await post<ProblemShown>(scene, { ...BODY, scene: 10_001, openid: "o o" });

    assert.deepEqual(
      json.issues?.map(({ path }) => path.join(".")),
      ["openid", "scene"],
    );
  });

  test("a deadline before the message is due, and a time a year away", async () => {
    await using scene = await openGatewayScene();
    const far = new Date(scene.world.now() + 400 * 86_400_000).toISOString();

    const early = await post<ProblemShown>(scene, { ...BODY, deadline: "2020-01-01T00:00:00Z" });
    const late = await post<ProblemShown>(scene, { ...BODY, send_at: far });

    assert.deepEqual(
      early.json.issues?.map(({ code }) => code),
      ["too_early"],
    );
    assert.deepEqual(
      late.json.issues?.map(({ code }) => code),
      ["too_far"],
    );
  });

  test("query parameters that are not known or out of range", async () => {
    await using scene = await openGatewayScene();

    const unknown = await post<ProblemShown>(scene, BODY, { query: "?wait=1" });
    const long = await post<ProblemShown>(scene, BODY, { query: "?wait_ms=60001" });

    assert.deepEqual(
      [unknown, long].map(({ status, json }) => [status, json.issues?.[0]?.path.join(".")]),
      [
        [422, "wait"],
        [422, "wait_ms"],
      ],
    );
  });

  test("an account that is not there", async () => {
    await using scene = await openGatewayScene();

    const path = "/v1/accounts/wx00000000000000ff/messages";
    const { status, json } = await scene.api<ProblemShown>("POST", path, { body: BODY });

    assert.deepEqual([status, json.code], [404, "account_not_found"]);
  });
});

test("a scheduled message waits for its time, and WeChat gets what was asked for", async () => {
  await using scene = await openGatewayScene();
  await scene.confirm("oZhang");
  const sendAt = new Date(scene.world.now() + 3_600_000).toISOString();

  const accepted = await post(scene, {
    ...BODY,
    content: "第一行\n第二行",
    color: "#FF0000",
    miniprogram: { appid: "wx00000000000000bb", pagepath: "index?foo=bar" },
    send_at: sendAt,
  });
  const sendsBefore = scene.platform.sends.length;
  scene.world.advance(3_600_000);
  await scene.platform.arrived(1);

  assert.equal(accepted.json.state, "scheduled");
  assert.equal(sendsBefore, 0);
  assert.deepEqual(JSON.parse(known(scene.platform.sends[0]).body), {
    touser: "oZhang",
    template_id: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
    miniprogram: { appid: "wx00000000000000bb", pagepath: "index?foo=bar" },
    scene: "1000",
    title: "订阅通知",
    data: { content: { value: "第一行\n第二行", color: "#FF0000" } },
  });
});

test("a message that waits for a grant goes out once the person confirms", async () => {
  await using scene = await openGatewayScene();
  const accepted = await post(scene, { ...BODY, when_no_grant: "wait" });

  await scene.confirm("oZhang");
  await scene.platform.arrived(1);

  assert.equal(accepted.json.state, "waiting");
  assert.equal(known(scene.platform.sends[0]).openid, "oZhang");
});

describe("the story of a message", () => {
  test("of one that WeChat refused names the attempt, the grant, likely causes and the next step", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    scene.platform.answer = () => 43_101;
    const { json: message } = await post(scene, BODY, { query: "?wait_ms=10000" });

    const { status, json } = await scene.api<StoryShown>("GET", `${MESSAGES}/${message.id}`);

    assert.equal(status, 200);
    assert.deepEqual([json.state, json.cause], ["rejected", "grant_refused"]);
    assert.equal(json.attempts.length, 1);
    assert.equal(known(json.attempts[0]).outcome.errcode, 43_101);
    assert.ok(known(known(json.attempts[0]).outcome.meaning).zh.length > 0);
    assert.deepEqual([json.grant?.state, json.grant?.generation], ["void", 1]);
    assert.match(json.explanation.meaning.en, /43101/);
    assert.ok(json.explanation.likely_causes.length > 1);
    assert.match(json.explanation.next_step.zh, /ask_again/);
    assert.match(json.explanation.rule?.en ?? "", /^43101 /);
    assert.deepEqual(
      json.slot.confirmations.map(({ evidence, effect, generation }) => [
        evidence,
        effect,
        generation,
      ]),
      [["bound", "opened", 1]],
    );
    assert.deepEqual(
      json.slot.grants.map(({ state }) => state),
      ["void"],
    );
    assert.equal(known(json.ask_again[0]).entry_url, scene.demo.entryUrl);
  });

  test("of one whose account stands still says so", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    await scene.api("POST", `/v1/accounts/${DEMO_APPID}/pause`, { body: { detail: "盘点" } });
    const { json: message } = await post(scene, BODY);

    const { json } = await scene.api<StoryShown & { readonly pause: { readonly reason: string } }>(
      "GET",
      `${MESSAGES}/${message.id}`,
    );

    assert.equal(json.pause.reason, "operator");
    assert.match(json.explanation.meaning.en, /whole account stands still/);
  });

  test("of one that is not there is a problem", async () => {
    await using scene = await openGatewayScene();

    const { status, json } = await scene.api<ProblemShown>("GET", `${MESSAGES}/msg_x`);

    assert.deepEqual([status, json.code], [404, "message_not_found"]);
  });
});

describe("cancelling", () => {
  test("a message that waits gives its grant back", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const sendAt = new Date(scene.world.now() + 3_600_000).toISOString();
    const { json } = await post(scene, { ...BODY, send_at: sendAt });

    const cancelled = await scene.api<MessageShown>("POST", `${MESSAGES}/${json.id}/cancel`);
    const next = await post(scene, BODY);

    assert.deepEqual([cancelled.status, cancelled.json.state], [200, "cancelled"]);
    assert.equal(next.status, 202);
  });

  test("a delivered message is too late, and the answer shows it", async () => {
    await using scene = await openGatewayScene();
    await scene.confirm("oZhang");
    const { json } = await post(scene, BODY, { query: "?wait_ms=10000" });

    const reply = await scene.api<ProblemShown & { readonly message: MessageShown }>(
      "POST",
      `${MESSAGES}/${json.id}/cancel`,
    );

    assert.deepEqual([reply.status, reply.json.code], [409, "too_late_to_cancel"]);
    assert.equal(reply.json.message.state, "delivered");
  });
});

test("messages are listed newest first, in pages, and can be filtered", async () => {
  await using scene = await openGatewayScene();
  for (const openid of ["oA", "oB", "oC"]) {
    await post(scene, { ...BODY, openid, when_no_grant: "wait" });
    scene.world.advance(1);
  }

  interface PageShown {
    readonly items: readonly MessageShown[];
    readonly next_after: string | null;
  }
  const first = await scene.api<PageShown>("GET", `${MESSAGES}?limit=2`);
  const second = await scene.api<PageShown>(
    "GET",
    `${MESSAGES}?limit=2&after=${known(first.json.next_after)}`,
  );
  const ofB = await scene.api<PageShown>("GET", `${MESSAGES}?openid=oB&state=waiting`);

  assert.deepEqual(
    [first, second].map(({ json }) => json.items.map(({ openid }) => openid)),
    [["oC", "oB"], ["oA"]],
  );
  assert.equal(second.json.next_after, null);
  assert.deepEqual(
    ofB.json.items.map(({ openid }) => openid),
    ["oB"],
  );
});
