import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccessToken, parseAppId, parseTemplateId } from "@yici/protocol";
import { createManualWorld } from "@yici/runtime";
import type { ManualWorld } from "@yici/runtime";
import { PLAIN_ACCOUNT } from "../../src/accounts/add-account.ts";
import type { Pause } from "../../src/deliveries/account-state.ts";
import { RETRY_POLICY } from "../../src/deliveries/retry-policy.ts";
import { buildSealContext } from "../../src/secrets/seal-context.ts";
import { createSealer } from "../../src/secrets/sealer.ts";
import type { AccountRecord, StoredToken } from "../../src/store/records.ts";
import { hashToken } from "../../src/wechat/hash-token.ts";
import type { TokenGround } from "../../src/wechat/token-ground.ts";
import { TOKEN_LIMITS } from "../../src/wechat/token-limits.ts";
import { TokenSource } from "../../src/wechat/token-source.ts";
import type { IssuedToken, TokenAnswer } from "../../src/wechat/token-source.ts";
import type { ServiceCall, TokenCall, TokenReply } from "../../src/wechat/wechat-client.ts";

const APPID = known(parseAppId("wxaba38c7f163da69b"));
const REFUSAL = { errcode: 40001, errmsg: "invalid credential" };
const LIFE_S = 7_200;

function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

function reply(value: string, expiresInS = LIFE_S): TokenReply {
  return { kind: "token", accessToken: known(parseAccessToken(value)), expiresInS };
}

function refusal(errcode: number): TokenReply {
  return { kind: "refused", errcode, errmsg: `refused with ${errcode}` };
}

/** What one token source stands on, all of it within the test's reach. */
interface Scene {
  readonly world: ManualWorld;
  readonly tokens: TokenSource;
  readonly ground: TokenGround;
  /** Questions asked so far. */
  readonly calls: TokenCall[];
  readonly pauses: Pause[];
  stored: StoredToken | undefined;
  account: AccountRecord | undefined;
  /** What the platform says next; the last one is repeated. */
  replies: (TokenReply | Promise<TokenReply>)[];
  storeFails: boolean;
  /** Whether the next claims are granted; afterwards all are. */
  readonly claims: boolean[];
}

function openScene(...replies: (TokenReply | Promise<TokenReply>)[]): Scene {
  const world = createManualWorld();
  const sealer = createSealer([Buffer.alloc(32, 7)], world);
  const sealedSecret = sealer.seal("the secret", buildSealContext("app_secret", APPID));
  const calls: TokenCall[] = [];
  const pauses: Pause[] = [];
  const guard = <T>(value: T): Promise<T> =>
    scene.storeFails ? Promise.reject(new Error("disk full")) : Promise.resolve(value);
  const ground: TokenGround = {
    world,
    sealer,
    policy: RETRY_POLICY,
    signal: new AbortController().signal,
    client: {
      ...UNUSED_CALLS,
      askToken(call) {
        calls.push(call);
        return Promise.resolve(
          known(scene.replies[Math.min(calls.length, scene.replies.length) - 1]),
        );
      },
    },
    store: {
      findAccount: () => guard(scene.account),
      findComponent: () => guard(undefined),
      replaceAccount: () => guard(true),
      findPause: () => guard(pauses.at(-1)),
      findToken: () => guard(scene.stored),
      claimToken: () => guard(scene.claims.shift() ?? true),
      async pauseAccount(_appid, pause) {
        await guard(undefined);
        pauses.push(pause);
      },
      async replaceToken(_appid, expected, sealed, expiresAt) {
        const there = await guard(scene.stored);
        if (there !== undefined && there.version !== expected) return there;
        return (scene.stored = { version: expected + 1, sealed, expiresAt });
      },
    },
  };
  const scene: Scene = {
    world,
    ground,
    calls,
    pauses,
    replies,
    tokens: new TokenSource(ground, APPID),
    stored: undefined,
    account: buildAccount({ sealedSecret }),
    storeFails: false,
    claims: [],
  };
  return scene;
}

const unused = (): Promise<never> => Promise.reject(new Error("not this one"));

/** Calls for tokens of other origins. */
const UNUSED_CALLS = {
  askTokenService: unused,
  askComponentToken: unused,
  askAuthorizerToken: unused,
};

function buildAccount(parts: Partial<AccountRecord>): AccountRecord {
  return {
    appid: APPID,
    code: "ab12",
    name: "Demo",
    kind: "official_account",
    templateId: known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc")),
    publicUrl: "http://localhost:8170",
    platform: { kind: "sandbox", apiUrl: "http://127.0.0.1:1", pageUrl: "http://127.0.0.1:1" },
    sealedSecret: undefined,
    ...PLAIN_ACCOUNT,
    isDemo: false,
    createdAt: 0,
    ...parts,
  };
}

function issued(answer: TokenAnswer): IssuedToken {
  assert.equal(answer.kind, "token");
  return answer.token;
}

test("sixty-four callers with an empty cache cause one question and get the same token", async () => {
  const { tokens, calls } = openScene(reply("T1"));

  const answers = await Promise.all(Array.from({ length: 64 }, () => tokens.current()));

  assert.equal(calls.length, 1);
  assert.ok(answers.every((answer) => issued(answer).value === "T1"));
});

test("the question carries the opened secret", async () => {
  const { tokens, calls } = openScene(reply("T1"));

  await tokens.current();

  assert.equal(calls[0]?.secret, "the secret");
});

test("a token is kept sealed, and another process with the same store finds it without asking", async () => {
  const scene = openScene(reply("T1-in-clear"));
  await scene.tokens.current();

  const other = await new TokenSource(scene.ground, APPID).current();

  assert.equal(issued(other).value, "T1-in-clear");
  assert.equal(scene.calls.length, 1);
  assert.ok(!known(scene.stored).sealed.includes("T1-in-clear"));
});

test("a token is used until four minutes before its end, then another is asked for", async () => {
  const { tokens, calls, world } = openScene(reply("T1"), reply("T2"));
  await tokens.current();

  await world.advance(LIFE_S * 1_000 - 4 * 60_000 - 1);
  const before = issued(await tokens.current());
  await world.advance(1);
  const after = issued(await tokens.current());

  assert.equal(before.value, "T1");
  assert.equal(after.value, "T2");
  assert.equal(calls.length, 2);
});

test("a platform that gives the old token once more near its end is not asked again at every send", async () => {
  const { tokens, calls, world } = openScene(reply("T1"), reply("T1", 240), reply("T2"));
  await tokens.current();
  await world.advance(LIFE_S * 1_000 - 240_000);

  await tokens.current();
  for (let second = 0; second < 100; second += 1) {
    await world.advance(1_000);
    await tokens.current();
  }

  assert.equal(calls.length, 2);
});

test("a token that cannot be renewed serves until its end, and the platform is not stormed", async () => {
  const { tokens, calls, world } = openScene(reply("T1"), {
    kind: "unanswered",
    reason: "no_connection: ECONNREFUSED",
  });
  await tokens.current();
  await world.advance(LIFE_S * 1_000 - 4 * 60_000);

  for (let second = 0; second < 239; second += 1) {
    assert.equal(issued(await tokens.current()).value, "T1");
    await world.advance(1_000);
  }
  await world.advance(1_000);

  assert.equal((await tokens.current()).kind, "unavailable");
  assert.ok(calls.length < 20, `${calls.length} questions in four minutes`);
});

test("a refused token is replaced by one question, however many sends were refused", async () => {
  const { tokens, calls } = openScene(reply("T1"), reply("T2"));
  const refused = issued(await tokens.current());

  const refusals = Array.from({ length: 64 }, () => tokens.refresh(refused, REFUSAL));
  const answers = await Promise.all(refusals);

  assert.ok(answers.every((answer) => issued(answer).value === "T2"));
  assert.equal(calls.length, 2);
});

test("a late refusal of an old token does not discard the fresh one", async () => {
  const { tokens, calls, pauses } = openScene(reply("T1"), reply("T2"), reply("T3"));
  const first = issued(await tokens.current());
  await tokens.refresh(first, REFUSAL);

  const afterLate = issued(await tokens.refresh(first, REFUSAL));

  assert.equal(afterLate.value, "T2");
  assert.equal(calls.length, 2);
  assert.deepEqual(pauses, []);
});

test("a platform that answers the refused token again has it tried once more, then the account is blamed", async () => {
  const { tokens, calls, pauses } = openScene(reply("T1"), reply("T1"), reply("T3"));
  const first = issued(await tokens.current());

  const again = issued(await tokens.refresh(first, REFUSAL));
  const late = issued(await tokens.refresh(first, REFUSAL)); // Sent before the second question was answered.
  const blamed = await tokens.refresh(again, REFUSAL);

  assert.equal(again.value, "T1");
  assert.deepEqual(late, again);
  assert.deepEqual(blamed, { kind: "paused" });
  assert.equal(calls.length, 2);
  const pause = known(pauses[0]);
  assert.equal(pause.reason, "token_refused");
  assert.equal(pause.errcode, 40001);
});

test("a token that was accepted in between is refused for the first time", async () => {
  const { tokens, pauses } = openScene(reply("T1"), reply("T2"), reply("T3"));
  const second = issued(await tokens.refresh(issued(await tokens.current()), REFUSAL));

  tokens.accept(second);
  const third = issued(await tokens.refresh(second, REFUSAL));

  assert.equal(third.value, "T3");
  assert.deepEqual(pauses, []);
});

test("an account that the ledger has paused already is not paused again, and its token is asked for no more", async () => {
  const { tokens, calls, pauses } = openScene(reply("T1"), reply("T2"), reply("T3"));
  const second = issued(await tokens.refresh(issued(await tokens.current()), REFUSAL));
  pauses.push({
    reason: "token_refused",
    errcode: 40_001,
    detail: "",
    pausedAt: 0,
    until: undefined,
  });

  const answer = await tokens.refresh(second, REFUSAL);

  assert.deepEqual(answer, { kind: "paused" });
  assert.equal(tokens.peek(), undefined);
  assert.equal(pauses.length, 1);
  assert.equal(calls.length, 2);
});

test("while the account is paused nobody asks the platform", async () => {
  const scene = openScene(refusal(40125), reply("T1"));
  await scene.tokens.current();

  const answer = await scene.tokens.current();

  assert.deepEqual(answer, { kind: "paused" });
  assert.equal(scene.calls.length, 1);
});

test("after an operator's resumption a refused token is not taken from the store again", async () => {
  const scene = openScene(reply("T1"), reply("T2"), reply("T3"));
  const second = issued(await scene.tokens.refresh(issued(await scene.tokens.current()), REFUSAL));
  await scene.tokens.refresh(second, REFUSAL);

  scene.pauses.length = 0;
  const resumed = issued(await scene.tokens.current());

  assert.equal(resumed.value, "T3");
});

const ACCOUNT_FAULTS = [
  [40001, "operator"],
  [40013, "operator"],
  [40125, "operator"],
  [40164, "operator"],
  [40243, "operator"],
  [45009, "a time"],
  [45011, "a time"],
  [50004, "operator"],
  [50007, "operator"],
  [89501, "a time"],
  [89503, "a time"],
  [89506, "a time"],
  [89507, "a time"],
] as const;

for (const [errcode, until] of ACCOUNT_FAULTS) {
  test(`errcode ${errcode} from the token call pauses the account until ${until}`, async () => {
    const { tokens, pauses } = openScene(refusal(errcode));

    const answer = await tokens.current();

    assert.deepEqual(answer, { kind: "paused" });
    const pause = known(pauses[0]);
    assert.equal(pause.errcode, errcode);
    assert.equal(pause.until === undefined, until === "operator");
    assert.match(pause.detail, new RegExp(`refused with ${errcode}`));
  });
}

for (const [name, failure] of [
  ["errcode -1", refusal(-1)],
  ["an unknown errcode", refusal(99_999)],
  ["no answer", { kind: "unanswered", reason: "deadline" }],
] as const) {
  test(`${name} from the token call blames nobody: it is asked again later, each time later`, async () => {
    const { tokens, calls, pauses, world } = openScene(failure);

    const waits: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const answer = await tokens.current();
      assert.equal(answer.kind, "unavailable");
      waits.push(answer.retryAt - world.now());
      await tokens.current(); // Too early: no question.
      await world.advance(answer.retryAt - world.now());
    }

    assert.deepEqual(pauses, []);
    assert.equal(calls.length, 8);
    for (const [index, wait] of waits.entries()) {
      const longest = Math.min(1_000 * 2 ** index, 30_000);
      assert.ok(wait >= longest / 2 && wait <= longest, `wait ${index + 1} is ${wait} ms`);
    }
  });
}

test("a failing store is waited for like a failing platform, and the platform is not asked meanwhile", async () => {
  const scene = openScene(reply("T1"));
  scene.storeFails = true;

  const failed = await scene.tokens.current();
  assert.equal(failed.kind, "unavailable");
  await scene.tokens.current();

  scene.storeFails = false;
  await scene.world.advance(failed.retryAt - scene.world.now());
  assert.equal(issued(await scene.tokens.current()).value, "T1");
  assert.equal(scene.calls.length, 1);
});

test("a token another process stored meanwhile is used instead of ours", async () => {
  const scene = openScene(reply("ours"));
  const theirs = scene.ground.sealer.seal("theirs", buildSealContext("access_token", APPID));
  scene.replies = [
    Promise.resolve(reply("ours")).then((answer) => {
      scene.stored = { version: 1, sealed: theirs, expiresAt: scene.world.now() + 7_200_000 };
      return answer;
    }),
  ];

  const answer = issued(await scene.tokens.current());

  assert.deepEqual([answer.value, answer.version], ["theirs", 1]);
});

test("while another process asks, its token is waited for, and none is asked for here", async () => {
  const scene = openScene(reply("ours"));
  const sealed = scene.ground.sealer.seal("theirs", buildSealContext("access_token", APPID));
  scene.claims.push(false, false);

  const waiting = scene.tokens.current();
  await scene.world.advance(0);
  await scene.world.advance(TOKEN_LIMITS.waitMs);
  scene.stored = { version: 1, sealed, expiresAt: scene.world.now() + 7_200_000 };
  await scene.world.advance(TOKEN_LIMITS.waitMs);

  assert.equal(issued(await waiting).value, "theirs");
  assert.deepEqual(scene.calls, []);
});

test("when the process that asked is gone, another one asks", async () => {
  const scene = openScene(reply("ours"));
  scene.claims.push(false);

  const waiting = scene.tokens.current();
  await scene.world.advance(0);
  await scene.world.advance(TOKEN_LIMITS.waitMs);

  assert.equal(issued(await waiting).value, "ours");
});

test("a stored token that no key opens any more is asked for anew", async () => {
  const scene = openScene(reply("T2"));
  const sealed = createSealer([Buffer.alloc(32, 9)], scene.world).seal("T1", "elsewhere");
  scene.stored = { version: 5, sealed, expiresAt: scene.world.now() + 7_200_000 };

  const answer = issued(await scene.tokens.current());

  assert.deepEqual([answer.value, answer.version], ["T2", 6]);
});

for (const [reason, parts] of [
  ["secret_missing", { sealedSecret: undefined }],
  ["secret_unreadable", { sealedSecret: "AQIDBA" }],
  ["demo_account", { isDemo: true, platform: { kind: "real" } }],
] as const) {
  test(`an account that cannot be asked for pauses with the reason ${reason}`, async () => {
    const scene = openScene(reply("T1"));
    scene.account = buildAccount({ ...scene.account, ...parts });

    const answer = await scene.tokens.current();

    assert.deepEqual(answer, { kind: "paused" });
    assert.equal(known(scene.pauses[0]).reason, reason);
    assert.deepEqual(scene.calls, []);
  });
}

test("of a token that a borrower reports the platform is asked for another once, and nobody is blamed", async () => {
  const { tokens, calls, pauses } = openScene(reply("T1"));
  const lent = issued(await tokens.current());

  const reports = [hashToken(lent.value), hashToken(lent.value), hashToken(lent.value)];
  for (const report of reports) await tokens.renew(report);

  assert.equal(calls.length, 2);
  assert.deepEqual(pauses, []);
});

test("a borrower who reports a token that was replaced already is given the one in force", async () => {
  const { tokens, calls } = openScene(reply("T1"), reply("T2"));
  const first = issued(await tokens.current());
  await tokens.renew(hashToken(first.value));

  const answer = issued(await tokens.renew(hashToken(first.value)));

  assert.equal(answer.value, "T2");
  assert.equal(calls.length, 2);
});

test("a report of something that never was our token changes nothing", async () => {
  const { tokens, calls } = openScene(reply("T1"));
  await tokens.current();

  const answer = issued(await tokens.renew("0".repeat(64)));

  assert.equal(answer.value, "T1");
  assert.equal(calls.length, 1);
});

test("sends go on with a token that a borrower reported while another one is asked for", async () => {
  const scene = openScene(reply("T1"), reply("T2"));
  const first = issued(await scene.tokens.current());

  await scene.tokens.renew(hashToken(first.value));
  const refreshed = issued(await scene.tokens.refresh(first, { errcode: 40001, errmsg: "late" }));

  assert.equal(refreshed.value, "T2");
  assert.deepEqual(scene.pauses, []);
});

test("a borrower's report is no step on the way to a pause: the next refusal is the first", async () => {
  const { tokens, calls, pauses } = openScene(reply("T1"), reply("T2"), reply("T3"));
  const first = issued(await tokens.current());
  const second = issued(await tokens.renew(hashToken(first.value)));

  const third = issued(await tokens.refresh(second, { errcode: 40001, errmsg: "refused" }));

  assert.equal(third.value, "T3");
  assert.equal(calls.length, 3);
  assert.deepEqual(pauses, []);
});

test("an operator can force a new token, even of an account that stands still, and it is used from then on", async () => {
  const { ground, tokens, calls, pauses } = openScene(reply("T1"), reply("T2"));
  await tokens.current();
  const pause = { reason: "token_refused", errcode: 40001, detail: "", until: undefined };
  pauses.push({ ...pause, pausedAt: ground.world.now() });

  const forced = issued(await tokens.force());
  const next = issued(await tokens.current());

  assert.deepEqual([forced.value, next.value], ["T2", "T2"]);
  assert.deepEqual(
    calls.map(({ isForced }) => isForced),
    [false, true],
  );
});

test("an external service is asked with its bearer, and told by its hash which token was refused", async () => {
  const scene = openScene();
  const calls: ServiceCall[] = [];
  const answers = [reply("T1", 600), reply("T2", 600)];
  const tokens = openExternal(scene, (call) => {
    calls.push(call);
    return known(answers.shift());
  });

  const first = issued(await tokens.current());
  const second = issued(await tokens.refresh(first, { errcode: 42001, errmsg: "expired" }));

  assert.deepEqual([first.value, second.value], ["T1", "T2"]);
  assert.equal(first.expiresAt, scene.world.now() + 600_000);
  assert.deepEqual(
    calls.map(({ url, bearer, refusedHash }) => [url, bearer, refusedHash]),
    [
      ["https://tokens.example/wx?team=1", "team-key", undefined],
      ["https://tokens.example/wx?team=1", "team-key", hashToken(first.value)],
    ],
  );
});

for (const status of [401, 403, 404]) {
  test(`an external service that answers ${status} blames the account`, async () => {
    const scene = openScene();
    const reason = `http_status: ${status}`;
    const tokens = openExternal(scene, () => ({ kind: "unanswered", reason }));

    const answer = await tokens.current();

    assert.equal(answer.kind, "paused");
    assert.equal(known(scene.pauses[0]).reason, "token_service_refused");
  });
}

test("an external service that is down is asked again later, and blames nobody", async () => {
  const scene = openScene();
  const reason = "http_status: 503";
  const tokens = openExternal(scene, () => ({ kind: "unanswered", reason }));

  const answer = await tokens.current();

  assert.equal(answer.kind, "unavailable");
  assert.deepEqual(scene.pauses, []);
});

function openExternal(scene: Scene, answer: (call: ServiceCall) => TokenReply): TokenSource {
  const sealedBearer = scene.ground.sealer.seal("team-key", buildSealContext("bearer", APPID));
  const url = "https://tokens.example/wx?team=1";
  scene.account = buildAccount({ tokenOrigin: { kind: "external", url, sealedBearer } });
  const askTokenService = async (call: ServiceCall): Promise<TokenReply> => answer(call);
  return new TokenSource(
    { ...scene.ground, client: { ...scene.ground.client, askTokenService } },
    APPID,
  );
}
