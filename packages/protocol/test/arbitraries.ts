import type {
  AppId,
  AuthorizeRequest,
  CallbackContent,
  OpenId,
  ReservedClaims,
  Scene,
  TemplateId,
} from "@yici/protocol";
import { hashBrowser, parseAppId, parseOpenId, parseScene, parseTemplateId } from "@yici/protocol";
import * as fc from "fast-check";
import { must } from "./official-sample.ts";

const HEX = Array.from("0123456789abcdef");
const LOWER_ALPHANUMERIC = Array.from("abcdefghijklmnopqrstuvwxyz0123456789");
const ALPHANUMERIC = [...LOWER_ALPHANUMERIC, ...Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
const IDENTIFIER = [...ALPHANUMERIC, "_", "-"];

/** Any sequence of UTF-16 units, half characters included. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 64 })
  .map((units) => String.fromCharCode(...units));

/** Text as hostile as it gets: half characters, and the separators and escapes of queries and JSON. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  anyUnits,
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom(...Array.from('%=&?#+{}[]":,\\09azAZ-_/ \0\n')),
    maxLength: 200,
  }),
);

/** A query that names the wire's own parameters, with arbitrary values, in any order and number. */
export const anyQuery: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        "openid",
        "template_id",
        "action",
        "reserved",
        "scene",
        "redirect_url",
        "appid",
      ),
      anyText,
    ),
    { maxLength: 8 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));

export const appids: fc.Arbitrary<AppId> = textOf(HEX, 16, 16).map((hex) =>
  must(parseAppId(`wx${hex}`)),
);
export const openids: fc.Arbitrary<OpenId> = textOf(IDENTIFIER, 1, 64).map((text) =>
  must(parseOpenId(text)),
);
export const templateIds: fc.Arbitrary<TemplateId> = textOf(IDENTIFIER, 1, 128).map((text) =>
  must(parseTemplateId(text)),
);
export const scenes: fc.Arbitrary<Scene> = fc
  .integer({ min: 0, max: 10_000 })
  .map((scene) => must(parseScene(scene)));

/** Redirect URLs that a developer may register: any path and query, no fragment. */
const redirectUrls: fc.Arbitrary<string> = fc.webUrl({
  validSchemes: ["http", "https"],
  withQueryParameters: true,
});

/** Any link that may be built. */
export const authorizeRequests: fc.Arbitrary<AuthorizeRequest> = fc.record(
  {
    appid: appids,
    scene: scenes,
    templateId: templateIds,
    redirectUrl: redirectUrls,
    reserved: fc.option(textOf(ALPHANUMERIC, 1, 128), { nil: undefined }),
  },
  { noNullPrototype: true },
);

/** Any callback the platform may build, with a `reserved` as strange as a platform lets through. */
export const callbackContents: fc.Arbitrary<CallbackContent> = fc.record(
  {
    redirectUrl: redirectUrls,
    action: fc.constantFrom("confirm" as const, "cancel" as const),
    openid: openids,
    templateId: templateIds,
    reserved: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
    scene: scenes,
  },
  { noNullPrototype: true },
);

/** Any claims that fit into a `reserved`. */
export const claims: fc.Arbitrary<ReservedClaims> = fc
  .record(
    {
      appid: appids,
      scene: scenes,
      templateId: templateIds,
      source: fc.record(
        {
          kind: fc.constantFrom("link" as const, "request" as const),
          id: textOf(LOWER_ALPHANUMERIC, 1, 16),
        },
        { noNullPrototype: true },
      ),
      nonce: textOf(HEX, 32, 32),
      issuedAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    },
    { noNullPrototype: true },
  )
  .chain((common) =>
    fc.oneof(
      fc.constant({ kind: "unbound" as const, ...common }),
      fc
        .string()
        .map((cookie) => ({ kind: "bound" as const, ...common, browserHash: hashBrowser(cookie) })),
    ),
  );

/** Keys of any allowed size. */
export const keys: fc.Arbitrary<Uint8Array> = fc.uint8Array({ minLength: 16, maxLength: 64 });

function textOf(
  alphabet: readonly string[],
  minLength: number,
  maxLength: number,
): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
}
