import { buildAuthorizeLink, parseScene } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import { buildCallbackUrl, buildEntryUrl } from "../../accounts/account-addresses.ts";
import { issueLinkId } from "../../ids.ts";
import type { Ledger } from "../../store/ledger.ts";
import type { AccountRecord, LinkRecord } from "../../store/records.ts";
import { expectField } from "./expect-field.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { CLOSED, InstantJson, showInstant } from "./json.ts";
import { ProblemError, refuseContent } from "./problem.ts";
import type { RequestIssue } from "./problem.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";

const LinkParams = Type.Object({ appid: Type.String(), id: Type.String() });

const NewLinkJson = Type.Object(
  {
    scene: Type.Integer(),
    title: Type.String({ minLength: 1, maxLength: 100 }),
  },
  CLOSED,
);

/** A link as it is shown. */
const LinkJson = Type.Object({
  id: Type.String(),
  scene: Type.Integer(),
  title: Type.String({ description: "What the message is about, shown to visitors" }),
  entry_url: Type.String({ description: "Where people open it: for posters, menus and QR codes" }),
  authorize_preview: Type.String({
    description: "The authorize link a visit becomes, without the `reserved` of that visit",
  }),
  decisions: Type.Object(
    { confirmed: Type.Integer(), declined: Type.Integer() },
    { description: "How people decided who came by this link, each callback once" },
  ),
  created_at: InstantJson,
});

/** `/v1/accounts/{appid}/links`: reusable addresses that ask whoever opens them. */
export const LINK_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/links",
    operation: "listLinks",
    summary: "List an account's links",
    params: AccountParams,
    answer: Type.Object({ items: Type.Array(LinkJson) }),
    status: 200,
    problems: ["account_not_found"],
    async handle({ params }, { store }) {
      const account = await findAccount(params.appid, store);
      const links = await store.listLinks(account.appid);
      const shown = links.map(async (link) => showLink(account, link, store));
      return { body: { items: await Promise.all(shown) } };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/links",
    operation: "addLink",
    summary: "Add a link that asks for one message of a scene",
    params: AccountParams,
    body: NewLinkJson,
    answer: LinkJson,
    status: 201,
    problems: ["account_not_found"],
    async handle({ params, body }, { store, world }) {
      const account = await findAccount(params.appid, store);
      const issues: RequestIssue[] = [];
      const scene = expectField(parseScene(body.scene), ["scene"], issues);
      if (scene === undefined) throw refuseContent(issues);
      const link = {
        appid: account.appid,
        linkId: issueLinkId(account.code, world),
        scene,
        title: body.title,
        createdAt: world.now(),
      };
      await store.addLink(link);
      return { body: await showLink(account, link, store) };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/links/{id}",
    operation: "findLink",
    summary: "Show a link",
    params: LinkParams,
    answer: LinkJson,
    status: 200,
    problems: ["account_not_found", "link_not_found"],
    async handle({ params }, { store }) {
      const account = await findAccount(params.appid, store);
      const link = await store.findLink(account.appid, params.id);
      if (link === undefined) throw refuseUnknownLink();
      return { body: await showLink(account, link, store) };
    },
  }),
];

async function showLink(
  account: AccountRecord,
  link: LinkRecord,
  store: Pick<Ledger, "countDecisions">,
): Promise<Static<typeof LinkJson>> {
  const { appid, templateId, platform } = account;
  const counts = await store.countDecisions(appid, link.linkId);
  const { scene } = link;
  const request = { appid, scene, templateId, redirectUrl: buildCallbackUrl(account) };
  return {
    id: link.linkId,
    scene,
    title: link.title,
    entry_url: buildEntryUrl(account, link.linkId),
    authorize_preview: buildAuthorizeLink(
      request,
      platform.kind === "sandbox" ? { origin: platform.pageUrl } : {},
    ),
    decisions: { confirmed: counts.confirmedCount, declined: counts.declinedCount },
    created_at: showInstant(link.createdAt),
  };
}

function refuseUnknownLink(): ProblemError {
  return new ProblemError("link_not_found", {
    detail: {
      zh: "这个账号没有这个链接；GET …/links 列出全部链接。",
      en: "The account has no such link; GET …/links lists them.",
    },
  });
}
