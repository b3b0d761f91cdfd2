import { expect, test } from "vitest";
import { Shop } from "../shop/shop.mjs";

// `yici platform exec` has put the platform's address and its sample account into the environment.
const { env } = process;
const shop = new Shop({
  pageUrl: env.YICI_PLATFORM_URL,
  apiUrl: env.YICI_PLATFORM_URL,
  appid: env.YICI_APPID,
  secret: env.YICI_APP_SECRET,
  templateId: env.YICI_TEMPLATE_ID,
});

/** The control API over HTTP: any language can do this. */
async function control(path, body) {
  const method = body === undefined ? "GET" : "POST";
  const headers = { "content-type": "application/json" };
  const reply = await fetch(env.YICI_CONTROL_URL + path, {
    method,
    ...(body !== undefined && { headers, body: JSON.stringify(body) }),
  });
  return reply.json();
}

test("a customer who agreed is told once", async () => {
  const decision = await control("/decisions", {
    authorize_link: shop.askLink("http://localhost/back", "order7"),
    person: "li",
    action: "confirm",
  });
  const openid = new URL(decision.location).searchParams.get("openid");

  const errcodes = [await shop.tell(openid, "已发货"), await shop.tell(openid, "又发货")];

  expect(errcodes).toEqual([0, 43101]);
  const { items } = await control("/inbox?person=li&wait_ms=10000");
  expect(items.map(({ content }) => content)).toEqual(["已发货"]);
});
