import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SEND_PATH } from "@yici/protocol";
import type { AccountJson, JournalEntryJson, ListJson } from "./flow-json.ts";
import { APPID, type ApiReply, type FlowScene, openFlow } from "./flow-scene.ts";
import { must } from "./must.ts";
import { buildMessage, callSend, fetchToken, type ReplyJson } from "./platform-api.ts";

/** One mistake in a call of the send API. */
interface Mistake {
  readonly what: string;
  readonly errcode: number;
  readonly errmsg: string;
  /** Fields that replace the usual ones of the body. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Calls in another way altogether. */
  readonly call?: (flow: FlowScene, token: string) => Promise<ApiReply<ReplyJson>>;
  /** Spoils what the platform knows. */
  readonly spoil?: (flow: FlowScene) => Promise<unknown>;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: "GET instead of POST",
    errcode: 43002,
    errmsg: "require POST method",
    call: (flow, token) =>
      flow.ask("GET", `${flow.platform.url}${SEND_PATH}?access_token=${token}`),
  },
  {
    what: "no access token",
    errcode: 41001,
    errmsg: "access_token missing",
    call: async (flow) =>
      flow.ask("POST", `${flow.platform.url}${SEND_PATH}`, { body: await buildMessage(flow) }),
  },
  {
    what: "something that is no token",
    errcode: 40014,
    errmsg: "invalid access_token",
    call: async (flow) => callSend(flow, "test", await buildMessage(flow)),
  },
  {
    what: "a token that was revoked",
    errcode: 40001,
    errmsg: "invalid credential, access_token is invalid or not latest",
    spoil: (flow) => flow.control("POST", `/accounts/${APPID}/revoke_tokens`),
  },
  {
    what: "a token after its two hours",
    errcode: 42001,
    errmsg: "access_token expired",
    spoil: (flow) => flow.control("POST", "/clock", { advance_ms: 7_200_000 }),
  },
  {
    what: "an empty body",
    errcode: 44002,
    errmsg: "empty post data",
    call: (flow, token) => callSend(flow, token, ""),
  },
  {
    what: "a form instead of JSON",
    errcode: 47001,
    errmsg: "data format error",
    call: (flow, token) => callSend(flow, token, "touser=o&scene=1000"),
  },
  {
    what: "an account that is not certified",
    errcode: 48001,
    errmsg: "api unauthorized",
    spoil: (flow) => flow.control("PATCH", `/accounts/${APPID}`, { is_certified: false }),
  },
  {
    what: "an openid of nobody",
    errcode: 40003,
    errmsg: "invalid openid",
    fields: { touser: "oNobody" },
  },
  {
    what: "another template",
    errcode: 40037,
    errmsg: "invalid template_id",
    fields: { template_id: "another-template" },
  },
  {
    what: "a scene above 10000",
    errcode: 40097,
    errmsg: "invalid args",
    fields: { scene: "10001" },
  },
  {
    what: "a title of 16 characters",
    errcode: 40062,
    errmsg: "invalid title size",
    fields: { title: "题".repeat(16) },
  },
  {
    what: "a content of 201 characters",
    errcode: 45002,
    errmsg: "content size out of limit",
    fields: { data: { content: { value: "文".repeat(201) } } },
  },
  {
    what: "a url that is none",
    errcode: 40066,
    errmsg: "invalid url",
    fields: { url: "shop.example" },
  },
  {
    what: "a mini-program that is not the account's",
    errcode: 40013,
    errmsg: "invalid appid",
    fields: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "index" } },
    spoil: (flow) => flow.control("PATCH", `/accounts/${APPID}`, { bound_miniprograms: [] }),
  },
  {
    what: "a mini-program's page that is no path",
    errcode: 40165,
    errmsg: "invalid weapp pagepath",
    fields: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "in dex" } },
  },
  {
    what: "more sends than a day may have",
    errcode: 45009,
    errmsg: "reach max api daily quota limit",
    spoil: (flow) =>
      flow.control("PATCH", `/accounts/${APPID}`, {
        quotas: [{ endpoint: SEND_PATH, per_day: 0 }],
      }),
  },
  {
    what: "a scene that the person never confirmed",
    errcode: 43101,
    errmsg: "user refuse to accept the msg",
    fields: { scene: "7" },
  },
  {
    what: "a person who never confirmed",
    errcode: 43101,
    errmsg: "user refuse to accept the msg",
    spoil: (flow) => flow.control("POST", "/reset"),
    call: async (flow) => callSend(flow, await fetchToken(flow), await buildMessage(flow)),
  },
];

describe("WeChat's side refuses to send and spends nothing", () => {
  for (const { what, errcode, errmsg, fields, call = usually(fields), spoil } of MISTAKES) {
    test(`${what}: ${errcode}`, async () => {
      await using flow = await openFlow();
      await flow.confirm();
      const token = await fetchToken(flow);
      await spoil?.(flow);
      const grants = await flow.control("GET", "/grants");

      const reply = await call(flow, token);

      assert.equal(reply.status, 200);
      assert.equal(reply.headers["content-type"], "application/json; encoding=utf-8");
      assert.equal(reply.json.errcode, errcode);
      assert.match(reply.json.errmsg, new RegExp(`^${errmsg} rid: [0-9a-f]{8}(-[0-9a-f]{8}){2}$`));
      assert.deepEqual(await flow.control("GET", "/grants"), grants);
      assert.deepEqual(await flow.inbox("zhang"), []);
      const journal = await flow.control<ListJson<JournalEntryJson>>("GET", "/journal");
      const entry = must(journal.items.at(-1));
      assert.equal(entry.errcode, errcode);
      assert.ok(reply.json.errmsg.endsWith(`rid: ${entry.rid}`));
      assert.notEqual(must(entry.why).en, "");
    });
  }

  test("a grant that was refused for another reason sends its message later", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const token = await fetchToken(flow);
    const tooLong = await buildMessage(flow, { title: "题".repeat(16) });
    await callSend(flow, token, tooLong);

    const reply = await callSend(flow, token, await buildMessage(flow));

    assert.equal(reply.text, '{"errcode":0,"errmsg":"ok"}');
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("a grant that was used gives 43101 from then on, and the journal says when and by what", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const token = await fetchToken(flow);
    await callSend(flow, token, await buildMessage(flow));

    const reply = await callSend(flow, token, await buildMessage(flow));

    assert.equal(reply.json.errcode, 43101);
    const journal = await flow.control<ListJson<JournalEntryJson>>("GET", "/journal");
    assert.match(
      must(journal.items.at(-1)?.why).en,
      /The grant of scene 1000 was spent at \S+ by message \d+; another needs another confirmation/,
    );
  });
});

/** What is wrong on WeChat's side, and what becomes of a message that the gateway sends then. */
const ENDS: readonly {
  readonly what: string;
  readonly spoil: (flow: FlowScene) => Promise<unknown>;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly becomes: readonly [state: string, cause: string | null];
  readonly grant: string;
  /** Why the account stands still, if it does. */
  readonly pause?: readonly [reason: string, errcode: number];
}[] = [
  {
    what: "the grant was used by another system: the message is rejected and the grant void",
    spoil: async (flow) => callSend(flow, await fetchToken(flow), await buildMessage(flow)),
    becomes: ["rejected", "grant_refused"],
    grant: "void",
  },
  {
    what: "the mini-program is not the account's: the message is rejected and the grant free again",
    spoil: (flow) => flow.control("PATCH", `/accounts/${APPID}`, { bound_miniprograms: [] }),
    fields: { miniprogram: { appid: "wx0123456789abcdef", pagepath: "index" } },
    becomes: ["rejected", "message_refused"],
    grant: "available",
  },
  {
    what: "the account has another template: it stands still, the message and its grant are kept",
    spoil: (flow) => flow.control("PATCH", `/accounts/${APPID}`, { template_id: "another" }),
    becomes: ["queued", null],
    grant: "held",
    pause: ["template_refused", 40037],
  },
  {
    what: "the account lost its certification: it stands still, the message and its grant are kept",
    spoil: (flow) => flow.control("PATCH", `/accounts/${APPID}`, { is_certified: false }),
    becomes: ["queued", null],
    grant: "held",
    pause: ["api_unauthorized", 48001],
  },
  {
    what: "the day's quota is used up: the account stands still, the message and its grant are kept",
    spoil: (flow) =>
      flow.control("PATCH", `/accounts/${APPID}`, {
        quotas: [{ endpoint: SEND_PATH, per_day: 0 }],
      }),
    becomes: ["queued", null],
    grant: "held",
    pause: ["quota_exhausted", 45009],
  },
  {
    what: "the app secret was changed: the account stands still, the message and its grant are kept",
    spoil: (flow) => flow.control("PATCH", `/accounts/${APPID}`, { secret: "another-secret" }),
    becomes: ["queued", null],
    grant: "held",
    pause: ["credentials_refused", 40125],
  },
];

describe("when WeChat's side refuses what the gateway sends because", () => {
  for (const { what, spoil, fields = {}, becomes, grant, pause } of ENDS) {
    test(what, async () => {
      await using flow = await openFlow();
      await flow.confirm();
      await spoil(flow);

      const { id } = (await flow.accept(fields)).json;

      await flow.until(async () => {
        const { state } = await flow.findMessage(id);
        return state === "rejected" || (await findPause(flow)) !== null;
      });
      const { state, cause } = await flow.findMessage(id);
      assert.deepEqual([state, cause], becomes);
      assert.equal(must((await flow.listGrants())[0]).state, grant);
      const paused = await findPause(flow);
      assert.deepEqual(paused && [paused.reason, paused.errcode], pause ?? null);
    });
  }

  test("the day's quota is used up, the message goes out by itself on WeChat's next day", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    await flow.confirm({ person: "li" });
    const quotas = [{ endpoint: SEND_PATH, per_day: 1 }];
    await flow.control("PATCH", `/accounts/${APPID}`, { quotas });
    await flow.send({ person: "li" });
    const { id } = (await flow.accept()).json;
    await flow.until(async () => (await findPause(flow)) !== null);

    await flow.control("POST", "/clock", { advance_ms: DAY_MS });
    flow.world.advance(DAY_MS);

    await flow.reached(id, "delivered");
    assert.equal(await findPause(flow), null);
  });

  test("the account lost its certification, the message goes out once that is mended and an operator says so", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    await flow.control("PATCH", `/accounts/${APPID}`, { is_certified: false });
    const { id } = (await flow.accept()).json;
    await flow.until(async () => (await findPause(flow)) !== null);
    await flow.control("PATCH", `/accounts/${APPID}`, { is_certified: true });

    await flow.account("POST", "/resume", { body: {} });

    await flow.reached(id, "delivered");
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });
});

const DAY_MS = 86_400_000;

function usually(fields: Mistake["fields"]): NonNullable<Mistake["call"]> {
  return async (flow, token) => callSend(flow, token, await buildMessage(flow, fields));
}

async function findPause(flow: FlowScene): Promise<AccountJson["pause"]> {
  return (await flow.account<AccountJson>("GET", "")).json.pause;
}
