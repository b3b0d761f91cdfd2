import assert from "node:assert/strict";
import { test } from "node:test";
import { ControlError, DEMO_APP } from "@yici/platform";
import {
  APPID,
  buildLink,
  confirm,
  getToken,
  makeBody,
  openSandbox,
  readErrcode,
  send,
} from "./sandbox.ts";

test("the demo is the document's own account, an app, and three people of whom one follows the account", async (t) => {
  const { platform } = await openSandbox(t);

  const [account, app] = await platform.control.listAccounts();
  const people = await platform.control.listPeople();

  assert.deepEqual(
    [account?.appid, account?.templateId, account?.businessDomains],
    [
      "wxaba38c7f163da69b",
      "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
      ["support.qq.com", "localhost", "127.0.0.1"],
    ],
  );
  assert.deepEqual([app?.appid, app?.kind], [DEMO_APP.appid, "mobile_app"]);
  assert.deepEqual(
    people.map(({ id, name, follows }) => [id, name, follows]),
    [
      ["zhang", "张三", [APPID]],
      ["li", "李四", []],
      ["wang", "王五", []],
    ],
  );
});

test("without the demo a platform is empty", async (t) => {
  const { platform } = await openSandbox(t, { demo: false });

  assert.deepEqual(await platform.control.listAccounts(), []);
  assert.deepEqual(await platform.control.listPeople(), []);
});

test("everybody has another openid under each account, whoever came first", async (t) => {
  const { platform } = await openSandbox(t);
  const { control } = platform;

  const account = await control.addAccount({ name: "另一个号" });
  const person = await control.addPerson({ name: "赵六", follows: [account.appid] });

  const people = await control.listPeople();
  const openids = people.flatMap((one) => [one.openids[APPID], one.openids[account.appid]]);
  assert.equal(new Set(openids).size, 8);
  for (const openid of openids) assert.match(openid ?? "", /^o[A-Za-z0-9_-]{27}$/);
  assert.deepEqual(person.follows, [account.appid]);
  assert.deepEqual(people.at(-1), person);
});

test("what an account is not told, it is given: an appid, a secret, a template, loopback domains", async (t) => {
  const { platform } = await openSandbox(t, { demo: false });

  const account = await platform.control.addAccount({ name: "号" });

  assert.match(account.appid, /^wx[0-9a-f]{16}$/);
  assert.match(account.secret, /^[0-9a-f]{32}$/);
  assert.match(account.templateId, /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(account.businessDomains, ["localhost", "127.0.0.1"]);
  assert.deepEqual([account.kind, account.isCertified], ["service", true]);
});

test("the same calls are served as JSON in snake_case", async (t) => {
  const { post, ask, askJson, platform } = await openSandbox(t);

  const account = await post("/control/v1/accounts", {
    appid: "wx0123456789abcdef",
    name: "号",
    is_certified: false,
    business_domains: ["Shop.Example"],
    quotas: [{ endpoint: "/cgi-bin/stable_token", per_day: 5 }],
  });
  const patched = await ask("/control/v1/accounts/wx0123456789abcdef", {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: '{"template_id":"T1"}',
  });
  const person = await post("/control/v1/people", { id: "zhao", name: "赵六" });
  const decision = await post("/control/v1/decisions", {
    authorize_link: buildLink(),
    person: "zhao",
    action: "confirm",
  });
  const grants = await askJson("/control/v1/grants?person=zhao&scene=1000&limit=1");

  const added = (await platform.control.listAccounts()).at(-1);
  assert.equal(account.status, 201);
  assert.equal(account.headers["content-type"], "application/json; charset=utf-8");
  assert.deepEqual(JSON.parse(patched.text), {
    appid: "wx0123456789abcdef",
    secret: added?.secret,
    name: "号",
    kind: "service",
    is_certified: false,
    template_id: "T1",
    business_domains: ["shop.example"],
    oauth_domains: ["localhost", "127.0.0.1"],
    domain_verification: null,
    bound_miniprograms: null,
    quotas: [{ endpoint: "/cgi-bin/stable_token", per_day: 5 }],
    standing: "good",
    is_secret_frozen: false,
    ip_whitelist: null,
    domains_without_icp: [],
    created_at: added?.createdAt,
  });
  const zhao = (await platform.control.listPeople()).at(-1);
  assert.deepEqual(JSON.parse(person.text), {
    id: "zhao",
    name: "赵六",
    follows: [],
    blocks: [],
    refuses: [],
    openids: { ...zhao?.openids },
  });
  assert.equal(decision.status, 200);
  assert.match(
    decision.text,
    /^{"kind":"redirected","location":"http:\/\/localhost\/back\?openid=o/,
  );
  assert.deepEqual(grants, {
    items: [
      {
        id: 1,
        person: "zhao",
        appid: APPID,
        openid: zhao?.openids[APPID],
        scene: 1000,
        state: "granted",
        generation: 1,
        granted_at: added?.createdAt,
      },
    ],
  });
});

test("a refused decision is told with the check, the page's text and the hint", async (t) => {
  const { post } = await openSandbox(t);

  const { status, text } = await post("/control/v1/decisions", {
    authorize_link: buildLink({ scene: "x" }),
    person: "zhang",
    action: "confirm",
  });

  assert.equal(status, 200);
  const decision = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(
    [decision["kind"], decision["check"], decision["page_text"]],
    ["refused", "scene_is_in_range", "应用访问参数错误"],
  );
  assert.ok(decision["hint"]);
});

test("clock, journal, faults and tokens are there over HTTP too", async (t) => {
  const sandbox = await openSandbox(t);
  const { post, ask, askJson } = sandbox;
  const token = await getToken(sandbox);

  const clock = await post("/control/v1/clock", { advance_ms: 60_000 });
  const fault = await post("/control/v1/faults", { kind: "errcode", errcode: -1, count: 2 });
  const struck = await send(sandbox, token, await makeBody(sandbox));
  const faults = await askJson("/control/v1/faults");
  const removed = await ask("/control/v1/faults/1", { method: "DELETE" });
  const cleared = await ask("/control/v1/faults", { method: "DELETE" });
  const revoked = await ask(`/control/v1/accounts/${APPID}/revoke_tokens`, { method: "POST" });
  const refused = await send(sandbox, token, await makeBody(sandbox));
  const journal = JSON.stringify(await askJson(`/control/v1/journal?appid=${APPID}&after=2`));

  assert.deepEqual(JSON.parse(clock.text), {
    now: sandbox.world.now() + 60_000,
    advanced_ms: 60_000,
  });
  assert.deepEqual([fault.status, readErrcode(struck)], [201, -1]);
  assert.deepEqual(faults, {
    items: [{ kind: "errcode", errcode: -1, count: 2, id: 1, struck_count: 1 }],
  });
  assert.deepEqual([removed.status, cleared.status, revoked.status], [204, 204, 204]);
  assert.equal(readErrcode(refused), 40001);
  assert.match(journal, /^{"items":\[{"id":3,.*"why":{"zh":".*","en":"This token was revoked at/);
});

test("the clock is never put forward past the year 2100, and a refused step moves nothing", async (t) => {
  const { platform } = await openSandbox(t);
  const tenYears = { advanceMs: 315_576_000_000 };
  const before = await platform.control.readClock();
  const steps = Math.floor((Date.UTC(2100, 0, 1) - before.now) / tenYears.advanceMs);
  for (let step = 0; step < steps; step += 1) await platform.control.advanceClock(tenYears);

  const last = platform.control.advanceClock(tenYears);

  await assert.rejects(last, { code: "conflict", message: /2100/ });
  const after = await platform.control.readClock();
  assert.equal(after.advancedMs, steps * tenYears.advanceMs);
});

test("a reset is a clean slate with the demo on it, and people keep their openids", async (t) => {
  const sandbox = await openSandbox(t);
  const { control } = sandbox.platform;
  const before = await control.listPeople();
  const token = await getToken(sandbox);
  await confirm(sandbox);
  await send(sandbox, token, await makeBody(sandbox));
  await control.addAccount({ name: "另一个号" });
  await control.addFault({ kind: "errcode", errcode: -1 });

  const { status } = await sandbox.post("/control/v1/reset", {});

  assert.equal(status, 204);
  assert.deepEqual(await control.listPeople(), before);
  assert.deepEqual(
    (await control.listAccounts()).map(({ appid }) => appid),
    [APPID, DEMO_APP.appid],
  );
  for (const list of [
    control.listGrants(),
    control.listInbox(),
    control.listJournal(),
    control.listFaults(),
  ]) {
    assert.deepEqual(await list, []);
  }
  assert.equal(readErrcode(await send(sandbox, token, await makeBody(sandbox))), 40001);
});

interface BadCall {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly status: number;
  readonly code: string;
  readonly issues?: readonly { readonly path: string; readonly problem: string }[];
}

const BAD_CALLS: readonly BadCall[] = [
  {
    name: "unknown fields and wrong values are all named, as the caller spelled them",
    path: "/accounts",
    body: { name: "", is_certified: "yes", colour: 1, quotas: [{ endpoint: "/x", per_day: -1 }] },
    status: 400,
    code: "invalid_request",
    issues: [
      { path: "/colour", problem: "is unknown here" },
      { path: "/is_certified", problem: "must be boolean" },
      {
        path: "/quotas/0/endpoint",
        problem:
          'must match pattern "^/(?:(?:cgi-bin|sns)/[a-z0-9_/]{1,100}|connect/oauth2/authorize)$"',
      },
      { path: "/quotas/0/per_day", problem: "must be >= 0" },
      { path: "/name", problem: "must not have fewer than 1 characters" },
    ],
  },
  {
    name: "a business domain with a path",
    path: "/accounts",
    body: { name: "号", business_domains: ["a.cn", "a.cn/b"] },
    status: 400,
    code: "invalid_request",
    issues: [
      { path: "/business_domains/1", problem: "must be a host without scheme, port and path" },
    ],
  },
  {
    name: "an account that is there already",
    path: "/accounts",
    body: { name: "号", appid: APPID },
    status: 409,
    code: "conflict",
  },
  {
    name: "an account that is not there",
    path: "/accounts/wx0000000000000000",
    method: "PATCH",
    body: {},
    status: 404,
    code: "not_found",
  },
  {
    name: "a person that is there already",
    path: "/people",
    body: { name: "张", id: "zhang" },
    status: 409,
    code: "conflict",
  },
  {
    name: "a person whose phone would be at another page's address",
    path: "/people",
    body: { name: "张", id: "enter" },
    status: 409,
    code: "conflict",
  },
  {
    name: "a person that is not there",
    path: "/people/nobody",
    method: "PATCH",
    body: {},
    status: 404,
    code: "not_found",
  },
  {
    name: "an account to follow that is not there",
    path: "/people",
    body: { name: "张", follows: ["wx0000000000000000"] },
    status: 400,
    code: "invalid_request",
    issues: [{ path: "/follows/0", problem: "must be the appid of an account of this platform" }],
  },
  {
    name: "a decision of nobody",
    path: "/decisions",
    body: { authorize_link: "x", person: "nobody", action: "confirm" },
    status: 404,
    code: "not_found",
  },
  {
    name: "an action that there is not",
    path: "/decisions",
    body: { authorize_link: "x", person: "li", action: "accept" },
    status: 400,
    code: "invalid_request",
    issues: [{ path: "/action", problem: "must be one of confirm, cancel" }],
  },
  {
    name: "an inbox of nobody",
    path: "/inbox?person=nobody",
    method: "GET",
    status: 404,
    code: "not_found",
  },
  {
    name: "a wait that is too long",
    path: "/inbox?wait_ms=60001",
    method: "GET",
    status: 400,
    code: "invalid_request",
    issues: [{ path: "/wait_ms", problem: "must be <= 60000" }],
  },
  {
    name: "a kind of fault that there is not",
    path: "/faults",
    body: { kind: "flood" },
    status: 400,
    code: "invalid_request",
    issues: [
      {
        path: "/kind",
        problem:
          "must be one of latency, errcode, no_answer, reset, truncated, html, token_revoked",
      },
    ],
  },
  {
    name: "a kind of fault that is no text, and cannot become one",
    path: "/faults",
    body: { kind: { toString: 1 } },
    status: 400,
    code: "invalid_request",
    issues: [
      {
        path: "/kind",
        problem:
          "must be one of latency, errcode, no_answer, reset, truncated, html, token_revoked",
      },
    ],
  },
  {
    name: "a fault that lacks something",
    path: "/faults",
    body: { kind: "reset" },
    status: 400,
    code: "invalid_request",
    issues: [{ path: "", problem: "must have required properties when" }],
  },
  {
    name: "a fault that is not there",
    path: "/faults/7",
    method: "DELETE",
    status: 404,
    code: "not_found",
  },
  {
    name: "a clock that goes back",
    path: "/clock",
    body: { advance_ms: -1 },
    status: 400,
    code: "invalid_request",
    issues: [{ path: "/advance_ms", problem: "must be >= 0" }],
  },
  {
    name: "a call that there is not",
    path: "/nothing",
    method: "GET",
    status: 404,
    code: "not_found",
  },
];

for (const { name, path, method = "POST", body, status, code, issues } of BAD_CALLS) {
  test(`the control API refuses clearly: ${name}`, async (t) => {
    const { ask } = await openSandbox(t);

    const answer = await ask(`/control/v1${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });

    const problem = JSON.parse(answer.text) as Record<string, unknown>;
    assert.equal(answer.status, status);
    assert.equal(answer.headers["content-type"], "application/problem+json; charset=utf-8");
    assert.deepEqual([problem["status"], problem["code"]], [status, code]);
    assert.ok(problem["detail"]);
    if (issues === undefined) return;
    assert.ok(Array.isArray(problem["issues"]));
    assert.deepEqual(new Set<unknown>(problem["issues"]), new Set<unknown>(issues));
  });
}

test("a body that is no JSON, or no JSON by its type, is refused", async (t) => {
  const { ask } = await openSandbox(t);
  const post = (type: string, body: string) =>
    ask("/control/v1/people", { method: "POST", headers: { "content-type": type }, body });

  const answers = [await post("application/json", "{"), await post("text/plain", "{}")];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 415],
  );
});

test("in this process, bad input is refused as over HTTP, and nothing is changed", async (t) => {
  const { platform } = await openSandbox(t);

  await assert.rejects(
    platform.control.addPerson({ id: "zhang", name: "另一个张三" }),
    (error: unknown) => error instanceof ControlError && error.code === "conflict",
  );
  await assert.rejects(
    platform.control.changePerson("zhang", { name: "改", follows: ["wx0000000000000000"] }),
    (error: unknown) => error instanceof ControlError && error.code === "invalid_request",
  );

  assert.equal((await platform.control.listPeople())[0]?.name, "张三");
});
