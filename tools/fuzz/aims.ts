import type { FuzzTarget } from "./target.ts";

/** A request as somebody would make it who means well; the fuzz breaks it. */
export interface Aim {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** Something to aim at in every part of the platform. */
export function listAims(target: FuzzTarget): readonly Aim[] {
  return [
    ...listWireAims(target),
    ...listPageAims(target),
    ...listAccountAims(target),
    ...listPhoneAims(target),
    ...listControlAims(target),
  ];
}

function listWireAims(target: FuzzTarget): readonly Aim[] {
  const { appid, secret, token } = target;
  const send = aimAtSend(target);
  const credentials = { appid, secret };
  return [
    send,
    send,
    send,
    {
      method: "GET",
      path: "/cgi-bin/token",
      query: { grant_type: "client_credential", ...credentials },
    },
    {
      method: "POST",
      path: "/cgi-bin/stable_token",
      json: { grant_type: "client_credential", ...credentials, force_refresh: false },
    },
    {
      method: "POST",
      path: "/cgi-bin/clear_quota",
      query: { access_token: token },
      json: { appid },
    },
    { method: "POST", path: "/cgi-bin/nothing/here", query: { access_token: token }, json: {} },
    {
      method: "POST",
      path: "/cgi-bin/openapi/rid/get",
      query: { access_token: token },
      json: { rid: "68c8d463-2e71771d-3c705bc4" },
    },
    {
      method: "POST",
      path: "/cgi-bin/component/api_component_token",
      json: { component_appid: appid, component_appsecret: secret, component_verify_ticket: "a" },
    },
    {
      method: "GET",
      path: "/sns/oauth2/access_token",
      query: { ...credentials, code: "a".repeat(32), grant_type: "authorization_code" },
    },
  ];
}

function aimAtSend({ templateId, token, openid }: FuzzTarget): Aim {
  return {
    method: "POST",
    path: "/cgi-bin/message/template/subscribe",
    query: { access_token: token },
    json: {
      touser: openid,
      template_id: templateId,
      url: "http://localhost/",
      miniprogram: { appid: "wx0123456789abcdef", pagepath: "index?foo=bar" },
      scene: "7",
      title: "订阅通知",
      data: { content: { value: "您好!", color: "#FF0000" } },
    },
  };
}

function listPageAims(target: FuzzTarget): readonly Aim[] {
  const { appid, formToken, redirectUrl } = target;
  const link = buildLink(target);
  return [
    { method: "GET", path: "/mp/subscribemsg", query: link },
    { method: "GET", path: "/mp/subscribemsg", query: link },
    {
      method: "POST",
      path: "/mp/decision",
      form: {
        query: new URLSearchParams(link).toString(),
        form_token: formToken,
        action: "confirm",
      },
    },
    {
      method: "POST",
      path: "/mp/who",
      form: { return_to: "/phone", form_token: "a", person: "li" },
    },
    {
      method: "GET",
      path: "/connect/oauth2/authorize",
      query: {
        appid,
        redirect_uri: redirectUrl,
        response_type: "code",
        scope: "snsapi_base",
        state: "1",
      },
    },
  ];
}

/** Where an account is looked after. */
function listAccountAims({ appid, redirectUrl }: FuzzTarget): readonly Aim[] {
  return [
    {
      method: "GET",
      path: "/safe/bindcomponent",
      query: {
        action: "bindcomponent",
        component_appid: appid,
        pre_auth_code: "a",
        redirect_uri: redirectUrl,
        auth_type: "1",
      },
    },
    { method: "GET", path: "/mp" },
    { method: "GET", path: "/mp/journal", query: { appid, before: "9" } },
    {
      method: "POST",
      path: `/mp/accounts/${appid}/account`,
      form: { name: "号", kind: "service" },
    },
  ];
}

function listPhoneAims({ appid }: FuzzTarget): readonly Aim[] {
  const phone = "/phone/zhang";
  return [
    { method: "GET", path: "/" },
    { method: "GET", path: "/phone" },
    { method: "GET", path: "/phone/enter", query: { token: "a", open: "http://localhost/" } },
    { method: "GET", path: phone },
    { method: "GET", path: `${phone}/events` },
    { method: "GET", path: `${phone}/accounts` },
    { method: "GET", path: `${phone}/chats/${appid}` },
    { method: "GET", path: `${phone}/accounts/${appid}` },
    { method: "GET", path: `${phone}/apps/${appid}` },
    { method: "GET", path: `${phone}/service-notifications` },
    { method: "GET", path: `${phone}/messages/1/jump` },
    { method: "GET", path: `${phone}/me` },
    { method: "POST", path: `${phone}/follows`, form: { appid, follows: "true" } },
    {
      method: "POST",
      path: `${phone}/refusals`,
      form: { appid, refusal: "refuses", refuses: "false" },
    },
    { method: "POST", path: `${phone}/app-requests`, form: { appid, scene: "7" } },
    { method: "POST", path: `${phone}/open`, form: { link: "http://localhost/" } },
  ];
}

function buildLink({
  appid,
  templateId,
  redirectUrl,
}: FuzzTarget): Readonly<Record<string, string>> {
  return {
    action: "get_confirm",
    appid,
    scene: "7",
    template_id: templateId,
    redirect_url: redirectUrl,
    reserved: "test",
  };
}

/** Every call of the control API, with a body that those of its name understand. */
function listControlAims(target: FuzzTarget): readonly Aim[] {
  const { appid, controlCalls } = target;
  return controlCalls.flatMap(({ method, path }) =>
    [appid, "zhang", "1"].map((id) => ({
      method,
      path: `/control/v1${path.replace("{id}", id)}`,
      ...(method === "GET"
        ? { query: { limit: "1", after: "0", appid } }
        : { json: chooseBody(path, target) }),
    })),
  );
}

function chooseBody(path: string, target: FuzzTarget): Readonly<Record<string, unknown>> {
  const { appid } = target;
  if (path.endsWith("/push")) return PUSH;
  if (path.startsWith("/accounts")) return { name: "另一个号", business_domains: ["localhost"] };
  if (path.startsWith("/people")) return { name: "赵六", follows: [appid], blocks: [] };
  if (path === "/clock") return { advance_ms: 1_000 };
  if (path === "/faults") return { ...FAULT, appid };
  const query = new URLSearchParams(buildLink(target));
  return {
    authorize_link: `/mp/subscribemsg?${query.toString()}`,
    person: "li",
    action: "confirm",
  };
}

/** Nobody listens there: what the platform would push is refused at once. */
const PUSH = { url: "http://127.0.0.1:1/push", token: "abcdef", mode: "plain", format: "xml" };

/** One that breaks connections or answers 502 would be taken for the platform's own. */
const FAULT = { kind: "errcode", errcode: 45009, count: 1, probability: 0.5 };
