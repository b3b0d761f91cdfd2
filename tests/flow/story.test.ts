import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { type BrowserSession, type Page, readHeader } from "./browser-session.ts";
import { readWords } from "./find-form.ts";
import type { LinkJson, ListJson, PlatformGrantJson, ProblemJson } from "./flow-json.ts";
import { APPID, type FlowScene, openFlow, SCENE } from "./flow-scene.ts";
import { must } from "./must.ts";

describe("a person who is asked", () => {
  test("sees WeChat's page, which names the account, once it is known who they are", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();

    const asked = await browser.open(await flow.entryOf(SCENE));
    const page = await sayWho(browser, asked, "zhang");

    assert.match(readWords(asked.text), /你是谁？/);
    assert.match(readWords(page.text), /一次示例号 申请向你发送一条消息/);
    assert.match(readWords(page.text), /以 张三 的身份/);
  });

  test("and confirms comes back with the openid and all else that the document promises", async () => {
    await using flow = await openFlow();
    const { browser, page } = await openConfirmPage(flow, "zhang");

    const result = await browser.press(page, CONFIRM);

    const { searchParams } = readCallback(result);
    const asked = new URL(page.url).searchParams;
    assert.deepEqual(
      [...searchParams],
      [
        ["openid", await flow.openidOf("zhang")],
        ["template_id", DEMO_ACCOUNT.templateId],
        ["action", "confirm"],
        ["reserved", asked.get("reserved")],
        ["scene", "1000"],
      ],
    );
  });

  test("and confirms is told so, and one grant is on record on both sides", async () => {
    await using flow = await openFlow();
    const { browser, page } = await openConfirmPage(flow, "zhang");

    const result = await browser.press(page, CONFIRM);

    assert.equal(result.status, 200);
    assert.match(readWords(result.text), /已确认接收 Confirmed/);
    assert.deepEqual(
      (await flow.listGrants()).map(({ scene, state, evidence }) => [scene, state, evidence]),
      [[SCENE, "available", "bound"]],
    );
    assert.deepEqual(await listPlatformGrants(flow), [["zhang", SCENE, "granted"]]);
  });

  test("and cancels comes back without an openid", async () => {
    await using flow = await openFlow();
    const { browser, page } = await openConfirmPage(flow, "zhang");

    const result = await browser.press(page, CANCEL);

    const { searchParams } = readCallback(result);
    assert.deepEqual([...searchParams.keys()], ["template_id", "action", "reserved", "scene"]);
    assert.equal(searchParams.get("action"), "cancel");
  });

  test("and cancels is told so, no grant exists on either side, and nothing says who it was", async () => {
    await using flow = await openFlow();
    const { browser, page } = await openConfirmPage(flow, "zhang");

    const result = await browser.press(page, CANCEL);

    assert.equal(result.status, 200);
    assert.match(readWords(result.text), /已取消 Cancelled/);
    assert.deepEqual(await flow.listGrants(), []);
    assert.deepEqual(await listPlatformGrants(flow), []);
    const links = await flow.account<ListJson<LinkJson>>("GET", "/links");
    assert.deepEqual(must(links.json.items[0]).decisions, { confirmed: 0, declined: 1 });
    const events = await flow.account("GET", "/events");
    assert.ok(!events.text.includes(await flow.openidOf("zhang")));
  });

  test("and cancels after having confirmed keeps the grant, on both sides", async () => {
    await using flow = await openFlow();
    await flow.confirm();

    await flow.confirm({ action: "cancel" });

    const sent = await flow.send();
    assert.equal(sent.json.state, "delivered");
  });

  test("and cancelled cannot be sent a message, and the refusal says where to ask again", async () => {
    await using flow = await openFlow();
    await flow.confirm({ action: "cancel" });

    const { status, json } = await flow.send<ProblemJson>();

    assert.deepEqual([status, json.code], [409, "no_grant"]);
    assert.match(json.detail, /never confirmed this scene, or only cancelled/);
    assert.equal(must(json.slot?.ask_again[0]).entry_url, await flow.entryOf(SCENE));
  });
});

describe("a message", () => {
  test("to a follower arrives in the account's chat", async () => {
    await using flow = await openFlow();
    await flow.confirm({ person: "zhang" });

    const sent = await flow.send({ person: "zhang" });

    const [message] = await flow.inbox("zhang", 1);
    assert.deepEqual([sent.status, sent.json.state], [200, "delivered"]);
    assert.equal(must(message).placement, "chat");
  });

  test("to somebody who does not follow arrives in Service Notifications", async () => {
    await using flow = await openFlow();
    await flow.confirm({ person: "li" });

    const sent = await flow.send({ person: "li" });

    const [message] = await flow.inbox("li", 1);
    assert.deepEqual([sent.status, sent.json.state], [200, "delivered"]);
    assert.equal(must(message).placement, "service_notification");
  });

  test("arrives with its title, its line breaks and its colour", async () => {
    await using flow = await openFlow();
    await flow.confirm();

    await flow.send({ title: "到货提醒", content: "您订的书\n已到店。🎉", color: "#FF0000" });

    const { title, content, color } = must((await flow.inbox("zhang", 1))[0]);
    assert.deepEqual(
      { title, content, color },
      { title: "到货提醒", content: "您订的书\n已到店。🎉", color: "#FF0000" },
    );
  });

  const url = "https://shop.example/orders?id=7";
  const miniprogram = { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" };
  const JUMPS = [
    { what: "neither url nor mini-program leads nowhere", fields: {}, jump: undefined },
    { what: "a url leads there", fields: { url }, jump: { kind: "url", url } },
    {
      what: "a mini-program leads there",
      fields: { miniprogram },
      jump: { kind: "miniprogram", ...miniprogram },
    },
    {
      what: "both leads to the mini-program",
      fields: { url, miniprogram },
      jump: { kind: "miniprogram", ...miniprogram },
    },
  ];
  for (const { what, fields, jump } of JUMPS) {
    test(`with ${what}`, async () => {
      await using flow = await openFlow();
      await flow.confirm();

      await flow.send(fields);

      assert.deepEqual(must((await flow.inbox("zhang", 1))[0]).jump, jump);
    });
  }

  test("of the greatest length the document allows arrives whole", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const longest = { title: "题".repeat(15), content: "文".repeat(200) };

    const sent = await flow.send(longest);

    assert.equal(sent.json.state, "delivered");
    const { title, content } = must((await flow.inbox("zhang", 1))[0]);
    assert.deepEqual({ title, content }, longest);
  });

  test("one character longer is refused before anything is sent, and the grant stays", async () => {
    await using flow = await openFlow();
    await flow.confirm();

    const sent = await flow.send<ProblemJson>({
      title: "题".repeat(16),
      content: "文".repeat(201),
    });

    assert.deepEqual([sent.status, sent.json.code], [422, "invalid_request"]);
    assert.deepEqual(
      must(sent.json.issues).map(({ path, code }) => [path.join("."), code]),
      [
        ["title", "too_long"],
        ["content", "too_long"],
      ],
    );
    assert.equal(must((await flow.listGrants())[0]).state, "available");
  });
});

describe("a second message under the same scene", () => {
  test("is refused, and the refusal names the earlier message and how to get another grant", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    const first = await flow.send();

    const second = await flow.send<ProblemJson>();

    assert.equal(second.status, 409);
    assert.equal(second.headers["content-type"], "application/problem+json; charset=utf-8");
    assert.equal(second.json.code, "no_grant");
    assert.equal(second.json.earlier_message_id, first.json.id);
    assert.match(second.json.detail, new RegExp(`used by message ${first.json.id} at 20`));
    assert.equal(must(second.json.slot?.ask_again[0]).entry_url, await flow.entryOf(SCENE));
    assert.equal((await flow.inbox("zhang", 1)).length, 1);
  });

  test("is refused although the person confirmed twice before the first: grants do not add up", async () => {
    await using flow = await openFlow();
    const browser = flow.openBrowser();
    await flow.confirm({ browser });
    await flow.confirm({ browser });
    await flow.send();

    const second = await flow.send<ProblemJson>();

    assert.deepEqual([second.status, second.json.code], [409, "no_grant"]);
    assert.deepEqual(await listPlatformGrants(flow), [["zhang", SCENE, "spent"]]);
  });

  test("goes out after the person has confirmed again", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    await flow.send({ content: "一" });
    await flow.confirm();

    const second = await flow.send({ content: "二" });

    assert.equal(second.json.state, "delivered");
    const inbox = await flow.inbox("zhang", 2);
    assert.deepEqual(
      inbox.map(({ content }) => content),
      ["一", "二"],
    );
  });

  test("goes out by itself, when it was told to wait, as soon as the person has confirmed again", async () => {
    await using flow = await openFlow();
    await flow.confirm();
    await flow.send();
    const waiting = await flow.accept({ when_no_grant: "wait" });

    await flow.confirm();

    assert.deepEqual([waiting.status, waiting.json.state], [202, "waiting"]);
    assert.equal((await flow.inbox("zhang", 2)).length, 2);
    assert.equal((await flow.reached(waiting.json.id, "delivered")).cause, "answered_ok");
  });
});

test("under different scenes each confirmation gives a message of its own", async () => {
  await using flow = await openFlow();
  await flow.confirm({ scene: 1000 });
  await flow.confirm({ scene: 7 });

  const sent = [await flow.send({ scene: 1000 }), await flow.send({ scene: 7 })];

  assert.deepEqual(
    sent.map(({ json }) => json.state),
    ["delivered", "delivered"],
  );
  const inbox = await flow.inbox("zhang", 2);
  assert.deepEqual(
    inbox.map(({ scene }) => scene),
    [1000, 7],
  );
});

test("a grant does not expire: a year later its message still goes out", async () => {
  await using flow = await openFlow();
  await flow.confirm();
  await flow.control("POST", "/clock", { advance_ms: YEAR_MS });
  flow.world.advance(YEAR_MS);

  const sent = await flow.send();

  assert.equal(sent.json.state, "delivered");
});

test("a grant is the person's who confirmed and nobody else's", async () => {
  await using flow = await openFlow();
  await flow.confirm({ person: "zhang" });

  const toAnother = await flow.send<ProblemJson>({ person: "li" });

  assert.deepEqual([toAnother.status, toAnother.json.code], [409, "no_grant"]);
});

const YEAR_MS = 365 * 86_400_000;

const CONFIRM = { "data-testid": "confirm-button" };
const CANCEL = { "data-testid": "cancel-button" };

function sayWho(browser: BrowserSession, asked: Page, person: string): Promise<Page> {
  return browser.press(asked, { "data-testid": "person-choice", "data-person": person });
}

/** Opens the demo's link in a browser that is nobody yet, and says who it is. */
async function openConfirmPage(
  flow: FlowScene,
  person: string,
): Promise<{ readonly browser: BrowserSession; readonly page: Page }> {
  const browser = flow.openBrowser();
  const asked = await browser.open(await flow.entryOf(SCENE));
  return { browser, page: await sayWho(browser, asked, person) };
}

/** Where the platform sent the browser on its decision. */
function readCallback({ hops }: Page): URL {
  return new URL(must(readHeader(must(hops[0]), "location")));
}

async function listPlatformGrants(flow: FlowScene): Promise<readonly unknown[]> {
  const { items } = await flow.control<ListJson<PlatformGrantJson>>(
    "GET",
    `/grants?appid=${APPID}`,
  );
  return items.map(({ person, scene, state }) => [person, scene, state]);
}
