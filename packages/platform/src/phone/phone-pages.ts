import type { EpochMs, Html } from "@yici/runtime";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readRawQuery } from "../http/raw-query.ts";
import { APP_REQUEST_FIELDS } from "../mobile-app/app-request.ts";
import { readAppResponse } from "../mobile-app/app-response.ts";
import { renderNoticePage } from "../pages/notice-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { renderAccountPage } from "./account-page.ts";
import { renderAccountsPage } from "./accounts-page.ts";
import { renderAppPage } from "./app-page.ts";
import { renderChatListPage } from "./chat-list-page.ts";
import { renderChoosePhonePage } from "./choose-phone-page.ts";
import { renderConversationPage } from "./conversation-page.ts";
import { countUnread, type PhoneContent, selectMessages } from "./conversations.ts";
import { renderJumpPage } from "./jump-page.ts";
import { renderMePage } from "./me-page.ts";
import { buildPersonCookie, readPersonCookie } from "./person-cookie.ts";
import type { PhoneOptions } from "./phone-options.ts";
import { phonePath } from "./phone-path.ts";
import type { Conversation, PhonePerson, PhoneSource } from "./phone-source.ts";

/** A phone shows its newest messages and no more. */
const MESSAGES_SHOWN_MAX = 300;
/** And the desk beside it the newest calls. */
const CALLS_SHOWN_MAX = 30;
/** What the script says when it renews a page that is already open. */
const LIVE_HEADER = "x-yici-live";

type PhoneRequest = FastifyRequest<{
  Params: { readonly person: string; readonly appid?: string; readonly message?: string };
  Querystring: { readonly problem?: string };
}>;

/** One look at a page of one person's phone. */
interface Look {
  readonly source: PhoneSource;
  readonly person: PhonePerson;
  readonly request: PhoneRequest;
  readonly now: EpochMs;
}

/** Each page's address within the phone, and what is seen there; `undefined` when there is nothing. */
const PAGES: Readonly<Record<string, (look: Look) => Promise<Html | undefined>>> = {
  "": showChatList,
  "/chats/:appid": showChat,
  "/service-notifications": showServiceNotifications,
  "/messages/:message/jump": showJump,
  "/apps/:appid": showApp,
  "/accounts": async (look) => renderAccountsPage(readContent(look)),
  "/accounts/:appid": showAccount,
  "/me": async (look) => renderMePage(readContent(look), look.source.listPeople()),
};

/** `GET /phone`, the phone of the browser's own person, and all pages of anybody's. */
export function registerPhonePages(
  app: FastifyInstance,
  source: PhoneSource,
  options: PhoneOptions,
): void {
  app.get("/phone", (request, reply) => {
    const person = source.findPerson(readPersonCookie(request.headers.cookie) ?? "");
    if (person !== undefined) return reply.redirect(phonePath(person.id), 303);
    return sendPage(reply, renderChoosePhonePage(source.listPeople()));
  });

  for (const [address, show] of Object.entries(PAGES)) {
    // No HEAD: whoever merely asks about a conversation has not read it.
    app.get(
      `/phone/:person${address}`,
      { exposeHeadRoute: false },
      async (request: PhoneRequest, reply) => {
        const person = source.findPerson(request.params.person);
        if (person === undefined) return sendNobody(reply);
        const page = await show({ source, person, request, now: options.world.now() });
        if (page === undefined) return sendNothing(reply, person);
        pickUp(person, request, reply, options);
        return sendPage(reply, page, { doFormsLeave: true });
      },
    );
  }
}

async function showChatList(look: Look): Promise<Html> {
  return renderChatListPage({
    content: readContent(look),
    now: look.now,
    wasLinkRefused: look.request.query.problem === "link",
  });
}

async function showChat(look: Look): Promise<Html | undefined> {
  const account = look.source
    .listAccounts()
    .find(({ appid }) => appid === look.request.params.appid);
  return account && showConversation(look, { kind: "chat", appid: account.appid });
}

async function showAccount(look: Look): Promise<Html | undefined> {
  const { source, request } = look;
  const account = source.listAccounts().find(({ appid }) => appid === request.params.appid);
  return account && renderAccountPage(readContent(look), account);
}

async function showApp(look: Look): Promise<Html | undefined> {
  const { source, request } = look;
  const app = source.listAccounts().find(({ appid }) => appid === request.params.appid);
  if (app?.kind !== "mobile_app") return undefined;
  return renderAppPage({
    content: readContent(look),
    app,
    response: readAppResponse(readRawQuery(request)),
    unsentFor: APP_REQUEST_FIELDS.find((field) => field === request.query.problem),
  });
}

/** Of a message that is still shown, and leads somewhere. */
async function showJump(look: Look): Promise<Html | undefined> {
  const content = readContent(look);
  const message = content.messages.find(({ id }) => String(id) === look.request.params.message);
  return message?.jump && renderJumpPage({ content, message, jump: message.jump });
}

function showServiceNotifications(look: Look): Promise<Html> {
  return showConversation(look, { kind: "service_notifications" });
}

/** Looking at a conversation reads it. */
async function showConversation(look: Look, conversation: Conversation): Promise<Html> {
  const { source, person, now } = look;
  const { messages } = readContent(look);
  if (countUnread(selectMessages(messages, conversation)) > 0) {
    await source.markRead?.(person.id, conversation);
  }
  return renderConversationPage({ content: readContent(look), conversation, now });
}

function readContent({ source, person, now }: Look): PhoneContent {
  return {
    person,
    accounts: source.listAccounts(),
    messages: source.listMessages(person.id, MESSAGES_SHOWN_MAX),
    grants: source.listGrants(person.id, now),
    journal: source.listCalls(CALLS_SHOWN_MAX),
  };
}

/** Whoever goes to a phone holds it from then on. A page that renews itself in another tab changes nothing. */
function pickUp(
  { id }: PhonePerson,
  { headers }: PhoneRequest,
  reply: FastifyReply,
  { isSecure = false }: PhoneOptions,
): void {
  if (headers[LIVE_HEADER] !== undefined || readPersonCookie(headers.cookie) === id) return;
  reply.header("set-cookie", buildPersonCookie(id, isSecure));
}

function sendNobody(reply: FastifyReply): FastifyReply {
  const page = renderNoticePage({
    zh: "没有这个人",
    en: "There is no such person",
    backPath: "/phone",
  });
  return sendPage(reply.code(404), page);
}

function sendNothing(reply: FastifyReply, person: PhonePerson): FastifyReply {
  const page = renderNoticePage({
    zh: "这部手机上没有这一页",
    en: "This phone has no such page",
    backPath: phonePath(person.id),
  });
  return sendPage(reply.code(404), page);
}
