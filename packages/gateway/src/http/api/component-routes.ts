import { parseAppId } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import { buildComponentPushUrl } from "../../accounts/account-addresses.ts";
import { buildSealContext } from "../../secrets/seal-context.ts";
import type { SealedThing } from "../../secrets/seal-context.ts";
import type { ComponentRecord } from "../../store/records.ts";
import type { AdminContext } from "../admin-context.ts";
import { PlatformJson, showPlatform } from "./account-json.ts";
import { expectField } from "./expect-field.ts";
import { CLOSED, InstantJson, showInstant } from "./json.ts";
import { readPlatform } from "./platform-input.ts";
import { refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";

const SecretJson = Type.String({ pattern: "^[!-~]{1,128}$" });

const NewComponentJson = Type.Object(
  {
    appid: Type.String({ maxLength: 64, description: "component_appid" }),
    app_secret: SecretJson,
    push_token: SecretJson,
    push_key: Type.String({
      pattern: "^[A-Za-z0-9+/]{43}$",
      description: "EncodingAESKey, as the console shows it",
    }),
    platform: Type.Optional(PlatformJson),
  },
  CLOSED,
);

const ComponentJson = Type.Object({
  appid: Type.String(),
  platform: PlatformJson,
  push_url: Type.String({ description: "Where WeChat has to push its authorization events" }),
  has_ticket: Type.Boolean({ description: "Whether a component_verify_ticket was pushed" }),
  created_at: InstantJson,
});

/** `/v1/components`: third-party platforms of the team's own, to which accounts are entrusted. */
export const COMPONENT_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/components",
    operation: "listComponents",
    summary: "List the third-party platforms",
    answer: Type.Object({ items: Type.Array(ComponentJson) }),
    status: 200,
    async handle(_input, { store, publicUrl }) {
      const components = await store.listComponents();
      return { body: { items: components.map((each) => showComponent(each, publicUrl)) } };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/components",
    operation: "putComponent",
    summary: "Put a third-party platform on record, or replace what is known of it",
    body: NewComponentJson,
    answer: ComponentJson,
    status: 200,
    async handle({ body }, context) {
      const component = readComponent(body, context);
      await context.store.putComponent(component);
      const { sealedTicket } = (await context.store.findComponent(component.appid)) ?? {};
      return { body: showComponent({ ...component, sealedTicket }, context.publicUrl) };
    },
  }),
];

function readComponent(
  body: Static<typeof NewComponentJson>,
  { sealer, world }: AdminContext,
): Omit<ComponentRecord, "sealedTicket"> {
  const issues: RequestIssue[] = [];
  const appid = expectField(parseAppId(body.appid), ["appid"], issues);
  const platform = readPlatform(body.platform ?? { kind: "real" }, issues);
  if (!appid || !platform) throw refuseContent(issues);
  const seal = (text: string, thing: SealedThing): string =>
    sealer.seal(text, buildSealContext(thing, appid));
  return {
    appid,
    platform,
    sealedSecret: seal(body.app_secret, "app_secret"),
    sealedPushToken: seal(body.push_token, "push_token"),
    sealedPushKey: seal(body.push_key, "push_key"),
    createdAt: world.now(),
  };
}

function showComponent(
  { appid, platform, sealedTicket, createdAt }: ComponentRecord,
  publicUrl: string,
): Static<typeof ComponentJson> {
  return {
    appid,
    platform: showPlatform(platform),
    push_url: buildComponentPushUrl(publicUrl, appid),
    has_ticket: sealedTicket !== undefined,
    created_at: showInstant(createdAt),
  };
}
