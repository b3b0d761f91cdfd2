import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createMovableWorld, createWorld, silentLog } from "@yici/runtime";
import { writeCliFile } from "../src/dev/cli-file.ts";
import { type FakeAnswer, type SeenRequest, startFakeGateway } from "./fake-gateway.ts";
import { type Ended, runYici } from "./run-yici.ts";

const APPID = "wxaba38c7f163da69b";
const SEND = ["send", "--to", "oLi", "--scene", "1000", "--title", "提醒", "--content", "第一行"];

test("a command finds address and key in cli.json of the data folder", async (t) => {
  const gateway = await startFakeGateway(t, () => page([]));
  const dataDir = makeFolder(t);
  writeCliFile(dataDir, { adminUrl: gateway.url, apiKey: "yici_fromfile" });

  const { code } = await runYici(["keys", "--data", dataDir]);

  assert.equal(code, 0);
  assert.deepEqual(
    gateway.seen.map(({ line, authorization }) => [line, authorization]),
    [["GET /v1/keys", "Bearer yici_fromfile"]],
  );
});

test("address and key of the environment win over cli.json, and a key file over the environment", async (t) => {
  const gateway = await startFakeGateway(t, () => page([]));
  const dataDir = makeFolder(t);
  writeCliFile(dataDir, { adminUrl: "http://127.0.0.1:9", apiKey: "yici_fromfile" });
  writeFileSync(join(dataDir, "key"), "yici_keyfile\n");
  const env = {
    YICI_ADMIN_URL: `${gateway.url}/`,
    YICI_API_KEY: "yici_env",
    YICI_DATA_DIR: dataDir,
  };

  await runYici(["keys"], env);
  await runYici(["keys", "--api-key-file", join(dataDir, "key")], env);

  const keys = gateway.seen.map(({ authorization }) => authorization);
  assert.deepEqual(keys, ["Bearer yici_env", "Bearer yici_keyfile"]);
});

test("the key of cli.json is sent to no other address than that of cli.json", async (t) => {
  const gateway = await startFakeGateway(t, () => page([]));
  const dataDir = makeFolder(t);
  writeCliFile(dataDir, { adminUrl: "http://127.0.0.1:9", apiKey: "yici_fromfile" });

  const { code, err } = await runYici(["keys", "--data", dataDir, "--admin-url", gateway.url]);

  assert.equal(code, 3);
  assert.deepEqual(gateway.seen, []);
  assert.match(err, /--api-key-file/);
});

test("without any gateway known, the command says where to run it", async (t) => {
  const { code, err } = await runYici(["grants", "--data", makeFolder(t)]);

  assert.equal(code, 3);
  assert.match(err, /cli\.json[^]*npx yici dev/);
});

test("a gateway that is not there ends with its own exit code and says to start it", async () => {
  const { code, err } = await runYici(["keys"], {
    YICI_ADMIN_URL: "http://127.0.0.1:9",
    YICI_API_KEY: "yici_x",
  });

  assert.equal(code, 3);
  assert.match(err, /连不上网关[^]*npx yici dev/);
});

test("something else at the gateway's address is told apart from a gateway", async (t) => {
  const { code, err } = await runAgainst(t, ["keys"], () => ({ status: 404, json: "not here" }));

  assert.equal(code, 3);
  assert.match(err, /不像是 yici 网关/);
});

test("a problem's own words are shown, and no secret with them", async (t) => {
  const refuse = (): FakeAnswer =>
    problem(401, {
      code: "unauthorized",
      detail: "A valid key is needed.",
      detail_zh: "需要密钥。",
    });

  const { code, err } = await runAgainst(t, ["keys", "--verbose"], refuse);

  assert.equal(code, 1);
  assert.match(err, /需要密钥。\nA valid key is needed\./);
  assert.doesNotMatch(err, /yici_secret/);
});

test("the only account is taken without being named; of several one must be", async (t) => {
  const account = { appid: APPID, name: "示例" };
  const one = await runAgainst(t, ["links", "list"], ({ line }) =>
    page(line === "GET /v1/accounts" ? [account] : []),
  );
  const two = await runAgainst(t, ["links", "list"], () =>
    page([account, { ...account, appid: "wx0000000000000001" }]),
  );

  assert.equal(one.code, 0);
  assert.equal(two.code, 2);
  assert.match(two.err, /wxaba38c7f163da69b[^]*wx0000000000000001[^]*--account/);
});

test("a link on loopback gets no QR code but the words why", async (t) => {
  const open = await runAgainst(t, ["links", "open", "abc", "--account", APPID], () =>
    ok(link("http://127.0.0.1:8170/l/abc")),
  );

  assert.match(open.out, /--lan/);
  assert.doesNotMatch(open.out, /[▀▄█]/);
});

test("a link that phones can reach gets a QR code", async (t) => {
  const open = await runAgainst(t, ["links", "open", "abc", "--account", APPID], () =>
    ok(link("https://shop.example/l/abc")),
  );

  assert.match(open.out, /https:\/\/shop\.example\/l\/abc/);
  assert.match(open.out, /[▀▄█]{5}/);
});

test("a new key is shown once, and a list of keys shows none", async (t) => {
  const issued = { id: "k1", principal: "shop", rights: [], created_at: AT, revoked_at: null };

  const added = await runAgainst(t, ["keys", "add", "shop"], () =>
    ok({ ...issued, key: "yici_brandnew" }),
  );
  const listed = await runAgainst(t, ["keys", "list"], () => page([issued]));

  assert.match(added.out, /yici_brandnew/);
  assert.match(listed.out, /k1 +shop/);
});

const ENDS: readonly (readonly [state: string, code: number])[] = [
  ["delivered", 0],
  ["rejected", 1],
  ["abandoned", 1],
  ["cancelled", 1],
  ["expired", 1],
  ["uncertain", 4],
];

for (const [state, code] of ENDS) {
  test(`a message that ends ${state} ends the command with ${code}`, async (t) => {
    const ended = await runAgainst(t, [...SEND, "--account", APPID], () => ok(story(state)));

    assert.equal(ended.code, code);
    assert.match(ended.out, new RegExp(state));
  });
}

test("a send that is not over in time ends as pending, and says how to look later", async (t) => {
  const world = createMovableWorld(createWorld({ log: silentLog }));
  t.after(() => world.dispatcher.close());
  const gateway = await startFakeGateway(t, ({ line }) => {
    if (line.includes("wait_ms=29000")) world.advance(29_000);
    return ok(story("queued"));
  });
  const env = { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "yici_secret" };

  const { code, err } = await runYici([...SEND, "--account", APPID], env, world);

  assert.equal(code, 5);
  assert.match(err, /messages show m1/);
  const waits = gateway.seen.filter(({ line }) => line.includes("wait_ms=29000"));
  assert.equal(waits.length, 1);
});

test("a send that does not wait is done when it is accepted", async (t) => {
  const { code } = await runAgainst(t, [...SEND, "--account", APPID, "--wait", "0"], () =>
    ok(story("queued")),
  );

  assert.equal(code, 0);
});

test("asking again for the outcome repeats key and body, so that nothing is sent twice", async (t) => {
  const seen: SeenRequest[] = [];
  await runAgainst(t, [...SEND, "--account", APPID], (request) => {
    seen.push(request);
    return ok(story(request.line.includes("wait_ms=1000") ? "queued" : "delivered"));
  });

  const [first, second] = seen.filter(({ line }) => line.startsWith("POST"));
  assert.match(String(first?.idempotencyKey), /^[0-9a-f]{32}$/);
  assert.equal(first?.idempotencyKey, second?.idempotencyKey);
  assert.deepEqual(first?.body, second?.body);
});

test("everything that was typed arrives at the gateway", async (t) => {
  const seen: SeenRequest[] = [];
  const more = [
    "--color",
    "#FF0000",
    "--url",
    "https://shop.example/o/1",
    "--miniprogram-appid",
    "wx0000000000000002",
    "--miniprogram-path",
    "p?x=1",
    "--send-at",
    "2026-12-01T09:00:00+08:00",
    "--wait-for-grant",
    "--idempotency-key",
    "order-1",
  ];

  await runAgainst(t, [...SEND, "--account", APPID, ...more], (request) => {
    seen.push(request);
    return ok(story("scheduled"));
  });

  assert.deepEqual(seen[0], {
    line: `POST /v1/accounts/${APPID}/messages?wait_ms=0`,
    authorization: "Bearer yici_secret",
    idempotencyKey: "order-1",
    body: {
      openid: "oLi",
      scene: 1000,
      title: "提醒",
      content: "第一行",
      color: "#FF0000",
      url: "https://shop.example/o/1",
      miniprogram: { appid: "wx0000000000000002", pagepath: "p?x=1" },
      send_at: "2026-12-01T01:00:00.000Z",
      when_no_grant: "wait",
    },
  });
});

test("without a grant the send says why, names the earlier message, and how to get another", async (t) => {
  const { code, err, out } = await runAgainst(t, [...SEND, "--account", APPID], noGrant);

  assert.deepEqual({ code, out }, { code: 1, out: "" });
  assert.match(err, /授权已被消息 msg_old 用掉/);
  assert.match(err, /npx yici messages show msg_old/);
  assert.match(err, /https:\/\/shop\.example\/l\/abc/);
});

test("with --json a refusal carries the gateway's whole problem", async (t) => {
  const { code, out, err } = await runAgainst(t, [...SEND, "--account", APPID, "--json"], noGrant);

  const { error } = JSON.parse(out) as { readonly error: Readonly<Record<string, unknown>> };
  assert.deepEqual({ code, err }, { code: 1, err: "" });
  assert.equal(error["code"], "no_grant");
  assert.equal(error["exit_code"], 1);
  assert.equal((error["problem"] as Record<string, unknown>)["earlier_message_id"], "msg_old");
});

test("when the gateway falls silent, the send is uncertain and names the key to repeat it with", async (t) => {
  const { code, err } = await runAgainst(
    t,
    [...SEND, "--account", APPID, "--idempotency-key", "order-1"],
    () => "silence",
  );

  assert.equal(code, 4);
  assert.match(err, /--idempotency-key order-1/);
});

test("what the gateway finds wrong with a message is a mistake of usage", async (t) => {
  const { code, err } = await runAgainst(t, [...SEND, "--account", APPID], () =>
    problem(422, { code: "invalid_request", detail: "title is too long", detail_zh: "标题太长" }),
  );

  assert.equal(code, 2);
  assert.match(err, /标题太长/);
});

test("the story of a message shows each attempt with its rid, the generations, the confirmations, the reason, the rule and the next step", async (t) => {
  const { out } = await runAgainst(t, ["messages", "show", "m1", "--account", APPID], () =>
    ok(story("rejected")),
  );

  for (const words of [
    /43101 user refuse/,
    /没有回答 unanswered: reset/,
    /第 2 代/,
    /平台上没有授权/,
    /699e8edc/,
    /规则：授权作废/,
    /platform_refused +m1/,
    /opened +2 +link abcdlink/,
    /^1 +\S.* m0$/m,
  ]) {
    assert.match(out, words);
  }
  assert.match(out, /→ 再请此人确认/);
});

test("with --json an answer is passed on whole, on one line", async (t) => {
  const sent = story("delivered");

  const { out } = await runAgainst(
    t,
    ["messages", "show", "m1", "--account", APPID, "--json"],
    () => ok(sent),
  );

  assert.equal(out, `${JSON.stringify(sent)}\n`);
});

test("a page that is not the last says how to go on", async (t) => {
  const { out } = await runAgainst(t, ["messages", "--account", APPID, "--limit", "1"], () => ({
    status: 200,
    json: { items: [story("delivered")], next_after: "m1" },
  }));

  assert.match(out, /--after m1/);
});

test("the doctor shows each line, what to do, and ends with 1 when something keeps messages back", async (t) => {
  const lines = [
    check("database", "ok"),
    { ...check("quota", "failure"), appid: APPID, next_step: { zh: "等到零点", en: "Wait" } },
  ];

  const { code, out } = await runAgainst(t, ["doctor"], () => page(lines));

  assert.equal(code, 1);
  assert.match(out, /^✓ configuration: /m);
  assert.match(out, /^✓ gateway: /m);
  assert.match(out, /^✓ database: /m);
  assert.match(out, new RegExp(`^✗ quota ${APPID}: `, "m"));
  assert.match(out, /^ {2}→ 等到零点$/m);
});

test("the doctor ends with 0 when there are but warnings, and passes the lines on as JSON", async (t) => {
  const { code, out } = await runAgainst(t, ["doctor", "--json"], () =>
    page([check("standby", "warning")]),
  );

  assert.equal(code, 0);
  const { items } = JSON.parse(out) as { items: { check: string; status: string }[] };
  assert.deepEqual(
    items.map((line) => [line.check, line.status]),
    [
      ["configuration", "ok"],
      ["gateway", "ok"],
      ["standby", "warning"],
    ],
  );
});

test("without a gateway the doctor still says what is wrong with the settings", async () => {
  const env = { YICI_ADMIN_URL: "http://127.0.0.1:1", YICI_API_KEY: "k", YICI_PUBLIC_PORT: "x" };

  const { code, out } = await runYici(["doctor"], env);

  assert.equal(code, 3);
  assert.match(out, /^✗ configuration: YICI_PUBLIC_PORT/m);
  assert.match(out, /^✗ gateway: /m);
});

test("what is said of an account arrives at the gateway, its secrets read from files", async (t) => {
  const folder = makeFolder(t);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), `${text}\n`);
    return join(folder, name);
  };
  const gateway = await startFakeGateway(t, () => ok(shownAccount()));
  const env = { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "k" };

  const added = await runYici(
    ["accounts", "add", APPID, "--name", "店", "--template-id", "T", "--app-secret-file"].concat(
      file("secret", "s3cret"),
    ),
    env,
  );
  const set = await runYici(
    ["accounts", "set", APPID, "--sends-per-second", "none", "--sends-in-flight", "5"].concat(
      ["--domain-file", file("MP_verify_x.txt", "x"), "--token-url", "http://tokens"],
      ["--token-bearer-file", file("bearer", "b3arer")],
    ),
    env,
  );

  assert.deepEqual([added.code, set.code], [0, 0]);
  assert.deepEqual(
    gateway.seen.map(({ line, body }) => [line, body]),
    [
      [
        "POST /v1/accounts",
        { appid: APPID, name: "店", template_id: "T", app_secret: "s3cret", limits: {} },
      ],
      [
        `PATCH /v1/accounts/${APPID}`,
        {
          limits: { sends_per_second: null, sends_in_flight: 5 },
          verification_file: { name: "MP_verify_x.txt", content: "x" },
          token_origin: { kind: "external", url: "http://tokens", bearer: "b3arer" },
        },
      ],
    ],
  );
  assert.ok(!`${added.out}${set.out}`.includes("s3cret"));
});

test("an account that stands still says why, until when, and how to go on", async (t) => {
  const pause = { reason: "quota_exhausted", errcode: 45009, detail: "reach max", until: AT };

  const { out } = await runAgainst(t, ["accounts", "show", APPID], () =>
    ok({ ...shownAccount(), pause }),
  );

  assert.match(out, /quota_exhausted 45009 reach max · 至 until /);
  assert.match(out, new RegExp(`yici accounts resume ${APPID}`));
});

test("a key's further rights arrive at the gateway", async (t) => {
  const gateway = await startFakeGateway(t, () =>
    ok({ id: "k1", principal: "crm", key: "yici_x", rights: ["lend_token"] }),
  );
  const env = { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "k" };

  await runYici(["keys", "add", "crm", "--right", "lend_token"], env);

  assert.deepEqual(gateway.seen[0]?.body, { principal: "crm", rights: ["lend_token"] });
});

test("a third-party platform is put on record with its secrets from files, and says where pushes go", async (t) => {
  const folder = makeFolder(t);
  const file = (name: string): string => {
    writeFileSync(join(folder, name), `${name}\n`);
    return join(folder, name);
  };
  const component = { appid: "wx00000000000000cc", push_url: "https://p/component/x" };
  const gateway = await startFakeGateway(t, ({ line }) =>
    line.startsWith("POST")
      ? ok({ ...component, has_ticket: false })
      : page([{ ...component, has_ticket: true }]),
  );
  const env = { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "k" };
  const files = ["--app-secret-file", file("s"), "--push-token-file", file("t")];

  const put = await runYici(
    ["components", "put", component.appid, ...files, "--push-key-file", file("k")],
    env,
  );
  const listed = await runYici(["components"], env);

  assert.deepEqual(gateway.seen[0]?.body, {
    appid: component.appid,
    app_secret: "s",
    push_token: "t",
    push_key: "k",
  });
  assert.match(put.out, /https:\/\/p\/component\/x/);
  assert.match(put.out, /等待推送/);
  assert.match(listed.out, /已收到 received/);
});

test("a void of a grant is taken back by person, scene and generation", async (t) => {
  const gateway = await startFakeGateway(t, () => ok({}));
  const env = { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "k" };

  const { code } = await runYici(["grants", "reinstate", "oLi", "7", "2", "--account", APPID], env);

  assert.equal(code, 0);
  assert.equal(gateway.seen[0]?.line, `POST /v1/accounts/${APPID}/grants/oLi/7/2/reinstate`);
});

function check(name: string, status: "ok" | "warning" | "failure"): object {
  return { check: name, appid: null, status, text: { zh: "中", en: "en" }, next_step: null };
}

function shownAccount(): object {
  return {
    appid: APPID,
    name: "店",
    kind: "official_account",
    template_id: "T",
    callback_url: "http://localhost/callback/abcd",
    platform: { kind: "real" },
    has_app_secret: true,
    token_origin: { kind: "app_secret" },
    verification_file: null,
    when_in_doubt: "retry",
    limits: { sends_per_second: null, sends_in_flight: null },
    in_flight_count: 0,
    pause: null,
    breaker: null,
  };
}

const AT = "2026-11-22T09:00:00.000Z";

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-cli-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function runAgainst(
  t: TestContext,
  argv: readonly string[],
  answer: (request: SeenRequest) => FakeAnswer,
): Promise<Ended> {
  const gateway = await startFakeGateway(t, answer);
  return runYici(argv, { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "yici_secret" });
}

function ok(json: unknown): FakeAnswer {
  return { status: 200, json };
}

function page(items: readonly unknown[]): FakeAnswer {
  return ok({ items, next_after: null });
}

function problem(status: number, facts: Readonly<Record<string, unknown>>): FakeAnswer {
  return { status, json: { status, title: "t", title_zh: "t", ...facts } };
}

function link(entryUrl: string): unknown {
  return { id: "abc", scene: 1000, title: "t", entry_url: entryUrl, created_at: AT };
}

function noGrant(): FakeAnswer {
  const summary = {
    zh: "授权已被消息 msg_old 用掉。",
    en: "The grant was used by message msg_old.",
  };
  const ask_again = [{ link_id: "abc", title: "t", entry_url: "https://shop.example/l/abc" }];
  return problem(409, {
    code: "no_grant",
    detail: "d",
    detail_zh: "d",
    slot: { summary, ask_again },
    earlier_message_id: "msg_old",
  });
}

function story(state: string): Readonly<Record<string, unknown>> {
  const times = { accepted_at: AT, send_at: AT, deadline: AT, settled_at: null };
  const attempt = { generation: 2, started_at: AT, finished_at: AT, is_late: false };
  const answered = { kind: "answered", errcode: 43101, errmsg: "user refuse", rid: "699e8edc" };
  const grant = {
    openid: "oLi",
    scene: 1000,
    generation: 2,
    state: "void",
    evidence: "bound",
    renewed_at: AT,
    void_cause: "platform_refused",
    message_id: "m1",
  };
  return {
    id: "m1",
    openid: "oLi",
    scene: 1000,
    title: "提醒",
    content: "第一行",
    state,
    errcode: null,
    likely: null,
    ...times,
    attempts: [
      { ...attempt, number: 1, outcome: { kind: "unanswered", reason: "reset" } },
      { ...attempt, number: 2, outcome: answered },
    ],
    grant,
    pause: null,
    explanation: {
      meaning: { zh: "平台上没有授权", en: "WeChat had no grant" },
      likely_causes: [{ zh: "已用过", en: "used before" }],
      next_step: { zh: "再请此人确认", en: "ask the person again" },
      rule: { zh: "授权作废", en: "the grant is void" },
    },
    slot: {
      grants: [grant, { ...grant, generation: 1, state: "spent", message_id: "m0" }],
      confirmations: [
        {
          at: AT,
          evidence: "bound",
          effect: "opened",
          generation: 2,
          source: { kind: "link", id: "abcdlink" },
        },
      ],
    },
    ask_again: [],
  };
}
