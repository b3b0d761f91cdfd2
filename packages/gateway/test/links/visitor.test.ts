import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { classifyVisitor, isWeChatBrowser } from "../../src/links/visitor.ts";
import type { VisitorKind } from "../../src/links/visitor.ts";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15";

describe("who came is told by the head of the request", () => {
  const VISITS: readonly {
    readonly what: string;
    readonly kind: VisitorKind;
    readonly userAgent: string;
    readonly method?: string;
    readonly purpose?: string;
  }[] = [
    { what: "a phone's browser is a person's", kind: "person", userAgent: IPHONE },
    { what: "no user agent may still be a person's", kind: "person", userAgent: "" },
    {
      what: "a person's phone may be called Cubot",
      kind: "person",
      userAgent: "Mozilla/5.0 (Linux; Android 14; CUBOT_X70) AppleWebKit/537.36 Chrome/130",
    },
    {
      what: "WeChat is a person's, whatever else its user agent says",
      kind: "person",
      userAgent: `${IPHONE} MicroMessenger/8.0.50 preview`,
    },
    { what: "a search engine looks", kind: "previewer", userAgent: "Baiduspider/2.0" },
    { what: "a chat program looks", kind: "previewer", userAgent: "facebookexternalhit/1.1" },
    { what: "HEAD only looks", kind: "previewer", userAgent: IPHONE, method: "HEAD" },
    {
      what: "a browser may fetch ahead of the person",
      kind: "prefetcher",
      userAgent: IPHONE,
      purpose: "prefetch;prerender",
    },
    {
      what: "WeChat may fetch ahead of the person too",
      kind: "prefetcher",
      userAgent: `${IPHONE} MicroMessenger/8.0.50`,
      purpose: "prefetch",
    },
  ];

  for (const { what, kind, userAgent, method = "GET", purpose = "" } of VISITS) {
    test(what, () => {
      assert.equal(classifyVisitor({ method, userAgent, purpose }), kind);
    });
  }
});

test("WeChat's browser is known by its user agent", () => {
  assert.equal(isWeChatBrowser(`${IPHONE} MicroMessenger/8.0.50(0x1800) NetType/WIFI`), true);
  assert.equal(isWeChatBrowser(IPHONE), false);
});
