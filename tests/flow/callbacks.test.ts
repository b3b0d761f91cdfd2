import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "./browser-session.ts";
import { readWords } from "./find-form.ts";
import type { LinkJson, ListJson, ProblemJson } from "./flow-json.ts";
import { type FlowScene, openFlow } from "./flow-scene.ts";
import { must } from "./must.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The browser's cookie where the gateway is reached over http. */
const COOKIE = "yici_b";

describe("a callback that is loaded again", () => {
  test("shows the same page and leaves the one grant as it is", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const callback = await flow.decide(await flow.enter(browser));
    const first = await browser.open(callback);
    const before = await recordOf(flow);

    const again = await browser.open(callback);

    assert.equal(readWords(again.text), readWords(first.text));
    assert.match(readWords(again.text), /已确认接收/);
    assert.equal(before.grants.length, 1);
    assert.deepEqual(await recordOf(flow), before);
  });

  test("after its message was sent still shows the same page, and gives no other message", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const callback = await flow.decide(await flow.enter(browser));
    const first = await browser.open(callback);
    await flow.send();

    const again = await browser.open(callback);

    assert.equal(readWords(again.text), readWords(first.text));
    const next = await flow.send<ProblemJson>();
    assert.equal(next.json.code, "no_grant");
  });

  test("has left no openid in the address of the page that stays open, and that page can be loaded again", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const result = await browser.open(await flow.decide(await flow.enter(browser)));

    const again = await browser.open(result.url);

    assert.ok(!result.url.includes(await flow.openidOf("zhang")));
    assert.equal(again.text, result.text);
  });
});

describe("a callback that comes in another browser", () => {
  test("is recorded as unbound and gives that browser nothing", async () => {
    await using flow = await openFlow();
    const callback = await flow.decide(await flow.enter(flow.openBrowser()));
    const other = flow.openBrowser();

    const page = await other.open(callback);

    assert.match(readWords(page.text), /已确认接收/);
    assert.equal(must((await flow.listGrants())[0]).evidence, "unbound");
    assert.equal(countCookies(page), 0);
    assert.equal(other.cookie("127.0.0.1", COOKIE), undefined);
  });

  test("that the gateway knows leaves that browser as it was", async () => {
    await using flow = await openFlow();
    const callback = await flow.decide(await flow.enter(flow.openBrowser()));
    const other = flow.openBrowser();
    await flow.enter(other);
    const name = must(other.cookie("127.0.0.1", COOKIE));

    const page = await other.open(callback);

    assert.equal(must((await flow.listGrants())[0]).evidence, "unbound");
    assert.equal(countCookies(page), 0);
    assert.equal(other.cookie("127.0.0.1", COOKIE), name);
  });

  test("is enough for a message, but not for one that demands better evidence", async () => {
    await using flow = await openFlow();
    const callback = await flow.decide(await flow.enter(flow.openBrowser()));
    await flow.openBrowser().open(callback);

    const demanding = await flow.send<ProblemJson>({ min_evidence: "bound" });
    const usual = await flow.send();

    assert.deepEqual([demanding.status, demanding.json.code], [409, "no_grant"]);
    assert.match(demanding.json.detail, /its evidence is unbound, below the bound/);
    assert.equal(usual.json.state, "delivered");
  });
});

describe("somebody else's openid in a callback with a genuine reserved", () => {
  const INTRUSIONS = [
    { who: "the browser that was asked itself", openElsewhere: false },
    { who: "a browser that was never asked", openElsewhere: true },
  ];
  for (const { who, openElsewhere } of INTRUSIONS) {
    test(`out of ${who} neither renews nor replaces a better-founded grant`, async () => {
      await using flow = await openFlow();
      await flow.confirm();
      const before = await flow.findSlot();
      flow.world.advance(HOUR_MS);

      const page = await intrude(flow, openElsewhere);

      const after = await flow.findSlot();
      assert.equal(page.status, 200);
      assert.equal(must(after.confirmations[0]).effect, "kept");
      assert.deepEqual(after.grants, before.grants);
    });

    test(`out of ${who} does not spend it: its message goes out, once`, async () => {
      await using flow = await openFlow();
      await flow.confirm();
      await intrude(flow, openElsewhere);

      const sent = await flow.send({ min_evidence: "bound" });

      assert.equal(sent.json.state, "delivered");
      assert.equal((await flow.inbox("zhang", 1)).length, 1);
      const { grants } = await flow.findSlot();
      assert.deepEqual(
        grants.map(({ generation, state }) => [generation, state]),
        [[1, "spent"]],
      );
    });

    test(`out of ${who} does not take it from the message that holds it`, async () => {
      await using flow = await openFlow();
      await flow.confirm();
      const sendAt = new Date(flow.world.now() + HOUR_MS).toISOString();
      const scheduled = await flow.accept({ send_at: sendAt });
      const before = await flow.findSlot();

      await intrude(flow, openElsewhere);

      assert.deepEqual((await flow.findSlot()).grants, before.grants);
      flow.world.advance(HOUR_MS);
      await flow.reached(scheduled.json.id, "delivered");
      assert.equal((await flow.inbox("zhang", 1)).length, 1);
    });
  }

  test("cannot take a grant back by cancelling", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const before = await flow.findSlot();
    const browser = flow.openBrowser();
    const link = await flow.enter(browser);
    const openid = await flow.openidOf("zhang");

    const callback = await flow.decide(link, { person: "wang", action: "cancel" });
    const page = await browser.open(`${callback}&openid=${openid}`);

    assert.match(readWords(page.text), /已取消/);
    assert.deepEqual(await flow.findSlot(), before);
  });

  test("is refused once the reserved was used, and the first grant stays alone", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const callback = await flow.decide(await flow.enter(browser));
    await browser.open(callback);
    const before = await recordOf(flow);

    const page = await browser.open(
      callback.replace(await flow.openidOf("zhang"), await flow.openidOf("li")),
    );

    assert.equal(page.status, 409);
    assert.match(page.text, /<code>nonce_used<\/code>/);
    assert.deepEqual(await recordOf(flow), before);
  });
});

describe("a callback that cannot be believed is refused by name, and nothing is recorded", () => {
  const SPOILT: readonly {
    readonly what: string;
    readonly reason: string;
    readonly spoil: (callback: URL) => void;
  }[] = [
    {
      what: "a reserved that somebody made up",
      reason: "forged",
      spoil: ({ searchParams }) => {
        const genuine = must(searchParams.get("reserved"));
        searchParams.set(
          "reserved",
          `${genuine.slice(0, 60)}${turn(must(genuine[60]))}${genuine.slice(61)}`,
        );
      },
    },
    {
      what: "a reserved of another shape",
      reason: "malformed",
      spoil: ({ searchParams }) => searchParams.set("reserved", "test"),
    },
    {
      what: "no reserved",
      reason: "reserved_missing",
      spoil: ({ searchParams }) => searchParams.delete("reserved"),
    },
    {
      what: "the same reserved twice",
      reason: "repeated_parameter",
      spoil: ({ searchParams }) =>
        searchParams.append("reserved", must(searchParams.get("reserved"))),
    },
    {
      what: "two openids",
      reason: "repeated_parameter",
      spoil: ({ searchParams }) => searchParams.append("openid", "oMallory"),
    },
    {
      what: "two actions",
      reason: "repeated_parameter",
      spoil: ({ searchParams }) => searchParams.append("action", "cancel"),
    },
    {
      what: "another scene than was asked for",
      reason: "scene_mismatch",
      spoil: ({ searchParams }) => searchParams.set("scene", "1001"),
    },
    {
      what: "another template than was asked for",
      reason: "template_mismatch",
      spoil: ({ searchParams }) => searchParams.set("template_id", "another"),
    },
    {
      what: "an action that there is not",
      reason: "action_unknown",
      spoil: ({ searchParams }) => searchParams.set("action", "agree"),
    },
    {
      what: "a confirmation by nobody",
      reason: "openid_missing",
      spoil: ({ searchParams }) => searchParams.delete("openid"),
    },
    {
      what: "an openid that cannot be one",
      reason: "openid_malformed",
      spoil: ({ searchParams }) => searchParams.set("openid", "o o"),
    },
    {
      what: "a query longer than any that WeChat makes",
      reason: "too_long",
      spoil: ({ searchParams }) => searchParams.set("padding", "x".repeat(9_000)),
    },
  ];

  for (const { what, reason, spoil } of SPOILT) {
    test(what, async () => {
      await using flow = await openFlow();
      const browser = flow.openBrowser();
      const callback = new URL(await flow.decide(await flow.enter(browser)));
      spoil(callback);

      const page = await browser.open(callback.href);

      assert.equal(page.status, 400);
      assert.match(page.text, new RegExp(`<code>${reason}</code>`));
      assert.deepEqual(await recordOf(flow), NOTHING);
    });
  }

  test("one that comes a day after the person was asked", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const callback = await flow.decide(await flow.enter(browser));
    flow.world.advance(DAY_MS);

    const page = await browser.open(callback);

    assert.equal(page.status, 410);
    assert.match(page.text, /<code>expired<\/code>/);
    assert.deepEqual(await recordOf(flow), NOTHING);
  });

  test("one that comes back to another account than was asked for", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const callback = await flow.decide(await flow.enter(browser));
    const other = await addAccount(flow);

    const page = await browser.open(callback.replace(/\/callback\/\w+/, `/callback/${other}`));

    assert.equal(page.status, 400);
    assert.match(page.text, /<code>account_mismatch<\/code>/);
    assert.deepEqual(await recordOf(flow), NOTHING);
  });

  test("and a genuine callback that was refused in a spoilt form still counts when it comes whole", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    const callback = await flow.decide(await flow.enter(browser));
    await browser.open(`${callback}&scene=1000`);

    const page = await browser.open(callback);

    assert.equal(page.status, 200);
    assert.equal(must((await flow.listGrants())[0]).state, "available");
  });
});

/** All that a callback could have changed. */
interface FlowRecord {
  readonly grants: readonly unknown[];
  readonly events: readonly unknown[];
  readonly decisions: LinkJson["decisions"];
}

const NOTHING: FlowRecord = {
  grants: [],
  events: [],
  decisions: { confirmed: 0, declined: 0 },
};

async function recordOf(flow: FlowScene): Promise<FlowRecord> {
  const events = await flow.account<ListJson<unknown>>("GET", "/events");
  const links = await flow.account<ListJson<LinkJson>>("GET", "/links");
  return {
    grants: await flow.listGrants(),
    events: events.json.items,
    decisions: must(links.json.items[0]).decisions,
  };
}

/** Wang opens the link, and comes back with Zhang's openid instead of his own. */
async function intrude(flow: FlowScene, openElsewhere: boolean): Promise<Page> {
  const asked = flow.openBrowser();
  const callback = await flow.decide(await flow.enter(asked), { person: "wang" });
  const forged = callback.replace(await flow.openidOf("wang"), await flow.openidOf("zhang"));
  return (openElsewhere ? flow.openBrowser() : asked).open(forged);
}

function countCookies({ hops }: Page): number {
  return hops.filter(({ headers }) => headers["set-cookie"] !== undefined).length;
}

/** Adds an account to the gateway and answers the code that its addresses carry. */
async function addAccount(flow: FlowScene): Promise<string> {
  const { url } = flow.platform;
  const reply = await flow.api<{ readonly code: string }>("POST", "/accounts", {
    body: {
      appid: "wx00000000000000ff",
      name: "another",
      template_id: "another",
      platform: { kind: "sandbox", api_url: url, page_url: url },
    },
  });
  return reply.json.code;
}

/** Another character of the same alphabet. */
function turn(character: string): string {
  return character === "a" ? "b" : "a";
}
