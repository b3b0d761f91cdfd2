import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Account } from "../accounts/account.ts";
import { ControlError } from "../control/control-error.ts";
import type { PlatformControl } from "../control/platform-control.ts";
import { acceptForms, readForm } from "../http/form.ts";
import type { PageParts } from "../http/page-parts.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { findQuota } from "../quotas/call-quota.ts";
import {
  type AccountConsoleView,
  type RefusedForm,
  renderAccountConsolePage,
  SHOWN_ENDPOINTS,
} from "./account-console-page.ts";
import { renderAccountListPage } from "./account-list-page.ts";
import { consolePath } from "./console-path.ts";
import { type AccountFacts, CONSOLE_SECTIONS, type ConsoleSection } from "./console-sections.ts";
import { ENTRUSTED_SECTION, type EntrustedComponent } from "./entrusted-section.ts";
import { registerJournalRoute } from "./journal-route.ts";

type AccountRequest = FastifyRequest<{
  Params: { readonly appid: string };
  Querystring: { readonly saved?: string };
}>;

/**
 * `/mp`: what the console of the real one offers for this capability, and the journal. Who may come in, and that no other
 * site's page acts here, is decided before.
 */
export function registerConsoleRoutes(
  app: FastifyInstance,
  parts: PageParts,
  control: PlatformControl,
): void {
  acceptForms(app);
  app.get("/mp", (_request, reply) =>
    sendPage(reply, renderAccountListPage(parts.store.accounts.list())),
  );
  registerJournalRoute(app, parts.store);

  app.get("/mp/accounts/:appid", (request: AccountRequest, reply) => {
    const facts = findFacts(parts, request.params.appid);
    if (facts === undefined) return sendNoAccount(reply);
    return sendAccount(reply, parts, { facts, savedSection: request.query.saved });
  });

  for (const section of CONSOLE_SECTIONS) {
    app.post(consolePath(":appid", section.id), async (request: AccountRequest, reply) => {
      const facts = findFacts(parts, request.params.appid);
      if (facts === undefined) return sendNoAccount(reply);
      const refused = await save({ control, section, facts, form: readForm(request.body) });
      if (refused !== undefined) return sendAccount(reply.code(422), parts, { facts, refused });
      const { appid } = facts.account;
      return reply.redirect(`${consolePath(appid)}?saved=${section.id}#${section.id}`, 303);
    });
  }

  app.post(consolePath(":appid", ENTRUSTED_SECTION), async (request: AccountRequest, reply) => {
    const account = parts.store.accounts.find(request.params.appid);
    if (account === undefined) return sendNoAccount(reply);
    await takeBack(control, account.appid, readForm(request.body).get("component") ?? "");
    return reply.redirect(consolePath(account.appid), 303);
  });
}

/** What the page no longer shows was taken back elsewhere in the meantime, and that is as well. */
async function takeBack(control: PlatformControl, appid: string, component: string): Promise<void> {
  try {
    await control.unauthorize(component, { appid });
  } catch (error) {
    if (!(error instanceof ControlError && error.code === "not_found")) throw error;
  }
}

interface Saving {
  readonly control: PlatformControl;
  readonly section: ConsoleSection;
  readonly facts: AccountFacts;
  readonly form: URLSearchParams;
}

/** Keeps a form, or says why not. */
async function save({ control, section, facts, form }: Saving): Promise<RefusedForm | undefined> {
  try {
    await section.save(control, facts, form);
    return undefined;
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const whole = { path: "", problem: { zh: "这样设置不行", en: error.message } };
    const issues = error.issues.length > 0 ? error.issues : [whole];
    return { section: section.id, values: Object.fromEntries(form), issues };
  }
}

function findFacts({ store }: PageParts, appid: string): AccountFacts | undefined {
  const account = store.accounts.find(appid);
  return account && { account, push: store.pushSettings.find(appid) };
}

function sendAccount(
  reply: FastifyReply,
  parts: PageParts,
  view: Pick<AccountConsoleView, "facts"> & Partial<AccountConsoleView>,
): FastifyReply {
  const page = renderAccountConsolePage({
    savedSection: undefined,
    refused: undefined,
    usage: listUsage(parts, view.facts.account),
    entrusted: listEntrusted(parts, view.facts.account),
    ...view,
  });
  return sendPage(reply, page);
}

function listUsage({ store, world, conduct }: PageParts, account: Account) {
  return SHOWN_ENDPOINTS.map((endpoint) => ({
    endpoint,
    usedToday: store.usage.count(account.appid, endpoint, world.now()).today,
    quota: findQuota(account, endpoint, conduct.readings),
  }));
}

function listEntrusted({ store }: PageParts, { appid }: Account): readonly EntrustedComponent[] {
  return store.components.listEntrusted(appid).flatMap((authorization) => {
    const component = store.components.find(authorization.component);
    return component === undefined ? [] : [{ component, authorization }];
  });
}

function sendNoAccount(reply: FastifyReply): FastifyReply {
  const page = renderNoticePage({
    zh: "没有这个账号",
    en: "There is no such account",
    backPath: "/mp",
  });
  return sendPage(reply.code(404), page);
}
