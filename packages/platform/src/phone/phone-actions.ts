import type { FastifyInstance, FastifyRequest } from "fastify";
import { acceptForms, readForm } from "../http/form.ts";
import { buildAppLink } from "../mobile-app/app-link.ts";
import { readAppRequest } from "../mobile-app/app-request.ts";
import { buildPersonCookie } from "./person-cookie.ts";
import type { PhoneOptions } from "./phone-options.ts";
import { phonePath } from "./phone-path.ts";
import type { PhonePerson, PhoneSource } from "./phone-source.ts";
import { resolveLink } from "./resolve-link.ts";

type FormRequest = FastifyRequest<{ Params: { readonly person: string } }>;

/** Something that a person does on the phone by a form. */
interface Deed {
  readonly source: PhoneSource;
  readonly person: PhonePerson;
  readonly form: URLSearchParams;
}

/** Each form's address within the phone, and what it does; answers where the browser goes next, if the form is one of ours. */
const ACTIONS: Readonly<Record<string, (deed: Deed) => Promise<string | undefined>>> = {
  "/follows": setFollow,
  "/refusals": setRefusal,
  "/app-requests": askAsApp,
  "/open": openLink,
};

/** What a person does on the phone: follow an account or no longer follow it, refuse its messages, use an app, open a link. */
export function registerPhoneActions(
  app: FastifyInstance,
  source: PhoneSource,
  { isSecure = false }: PhoneOptions,
): void {
  acceptForms(app);
  for (const [address, act] of Object.entries(ACTIONS)) {
    app.post(`/phone/:person${address}`, async (request: FormRequest, reply) => {
      const person = source.findPerson(request.params.person);
      if (person === undefined) return reply.code(404).send();
      const next = await act({ source, person, form: readForm(request.body) });
      if (next === undefined) return reply.code(400).send();
      return reply.header("set-cookie", buildPersonCookie(person.id, isSecure)).redirect(next, 303);
    });
  }
}

async function setFollow({ source, person, form }: Deed): Promise<string | undefined> {
  const account = source.listAccounts().find(({ appid }) => appid === form.get("appid"));
  const follows = form.get("follows");
  if (account === undefined || account.kind === "mobile_app") return undefined;
  if (follows !== "true" && follows !== "false") return undefined;
  await source.setFollow(person.id, account.appid, follows === "true");
  return form.get("page") === "account"
    ? phonePath(person.id, "accounts", account.appid)
    : phonePath(person.id, "accounts");
}

async function setRefusal({ source, person, form }: Deed): Promise<string | undefined> {
  const account = source.listAccounts().find(({ appid }) => appid === form.get("appid"));
  const [refusal, refuses] = [form.get("refusal"), form.get("refuses")];
  if (account === undefined || (refusal !== "blocks" && refusal !== "refuses")) return undefined;
  if (refuses !== "true" && refuses !== "false") return undefined;
  await source.setRefusal(person.id, account.appid, refusal, refuses === "true");
  return phonePath(person.id, "accounts", account.appid);
}

/** The SDK hands a request to WeChat, which opens the confirm page, or it sends nothing. */
async function askAsApp({ source, person, form }: Deed): Promise<string | undefined> {
  const app = source.listAccounts().find(({ appid }) => appid === form.get("appid"));
  const request = readAppRequest(form);
  if (app?.kind !== "mobile_app" || request === undefined) return undefined;
  return "kind" in request
    ? `${phonePath(person.id, "apps", app.appid)}?problem=${request.field}`
    : buildAppLink(request);
}

async function openLink({ person, form }: Deed): Promise<string | undefined> {
  return resolveLink(form.get("link") ?? "") ?? `${phonePath(person.id)}?problem=link`;
}
