import { type JsonObject, parseJsonObject, readText } from "@yici/protocol";
import { isInRanges } from "../accounts/ip-range.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { judgeToken } from "../tokens/judge-token.ts";
import { explainBody, POST_ONLY } from "../wire/body-refusals.ts";
import { explain, type Refusal } from "../wire/refusal.ts";
import { refuse } from "../wire/refuse.ts";
import type { WireAnswer, WireCall, WireEndpoint } from "../wire/wire-call.ts";
import type { ComponentCredential, CredentialKind } from "./component-credentials.ts";
import type { Component } from "./component.ts";

/** The world of one call: what it makes is dated by the call. */
export interface CallWorld {
  now(): number;
  randomBytes(size: number): Buffer;
}

/** A call whose component, token and address were found good. */
export interface ComponentCall {
  readonly store: PlatformStore;
  readonly call: WireCall;
  readonly fields: JsonObject;
  readonly component: Component;
  readonly world: CallWorld;
}

/** What one call of the component API does: its reply, or why not. */
export type ComponentDeed = (call: ComponentCall) => object | Refusal;

/** An endpoint under `/cgi-bin/component`: the checks they share (facts 7), then its own deed. */
export function defineComponentEndpoint(
  deed: ComponentDeed,
  { needsToken }: { readonly needsToken: boolean },
): WireEndpoint {
  return {
    findAppid: (_store, { body }) => readText(parseJsonObject(body)?.["component_appid"]),

    process(store, call, world): WireAnswer {
      const opened = openCall(store, call, needsToken);
      if (isRefusal(opened)) return refuse(call, opened);
      const { component } = opened;
      const outcome = deed({
        ...opened,
        store,
        call,
        world: { now: () => call.at, randomBytes: (size) => world.randomBytes(size) },
      });
      return isRefusal(outcome)
        ? { ...refuse(call, outcome), appid: component.appid }
        : { errcode: 0, errmsg: "ok", body: JSON.stringify(outcome), appid: component.appid };
    },
  };
}

/** The credential of a field, or why it is of no use. */
export function readCredential(
  { store, fields, component, call }: ComponentCall,
  kind: CredentialKind,
  refusals: CredentialRefusals,
): ComponentCredential | Refusal {
  const value = readText(fields[refusals.field]) ?? "";
  const credential = store.componentCredentials.find(kind, component.appid, value);
  if (credential === undefined) return refusals.unknown;
  if (credential.endedAt !== undefined) {
    return explain(refusals.used, credential.endedAt, [
      "它已于 {at} 用过。",
      "It was used at {at}.",
    ]);
  }
  return call.at < credential.expiresAt
    ? credential
    : explain(refusals.expired, credential.expiresAt, [
        "它已于 {at} 过期。",
        "It expired at {at}.",
      ]);
}

interface CredentialRefusals {
  /** The body's member that holds it. */
  readonly field: string;
  readonly unknown: Refusal;
  /** Errcodes. */
  readonly used: number;
  readonly expired: number;
}

/** Whether this is a refusal and not what a call is answered. */
export function isRefusal(value: object): value is Refusal {
  return "errcode" in value && "why" in value;
}

type OpenedCall = Pick<ComponentCall, "fields" | "component">;

function openCall(store: PlatformStore, call: WireCall, needsToken: boolean): OpenedCall | Refusal {
  if (call.method !== "POST") return POST_ONLY;
  const fields = parseJsonObject(call.body);
  if (fields === undefined) return explainBody(call.body.trim() === "" ? 44002 : 47001);
  const appid = readText(fields["component_appid"]);
  if (appid === undefined) return COMPONENT_MISSING;
  const component = store.components.find(appid);
  if (component === undefined) return COMPONENT_UNKNOWN;
  const objection = needsToken ? judgeComponentToken(store, call, component) : undefined;
  return objection ?? judgeAddress(call, component) ?? { fields, component };
}

function judgeComponentToken(
  store: PlatformStore,
  call: WireCall,
  { appid }: Component,
): Refusal | undefined {
  const token = new URLSearchParams(call.rawQuery).get("component_access_token") ?? "";
  const known = store.componentCredentials.find("access_token", appid, token);
  const issued = known && { ...known, endsAt: known.endedAt, endCause: "revoked" as const };
  return judgeToken(token === "" ? undefined : token, issued, call.at);
}

function judgeAddress({ clientIp }: WireCall, { ipWhitelist }: Component): Refusal | undefined {
  return ipWhitelist === null || isInRanges(clientIp, ipWhitelist)
    ? undefined
    : {
        errcode: 61004,
        why: {
          zh: `调用来自 ${clientIp}，它不在这个第三方平台的 IP 白名单里。`,
          en: `The call came from ${clientIp}, which is not on the component's IP whitelist.`,
        },
      };
}

const COMPONENT_MISSING: Refusal = {
  errcode: 41018,
  why: { zh: "请求体里没有 component_appid。", en: "The body has no component_appid." },
};

const COMPONENT_UNKNOWN: Refusal = {
  errcode: 40013,
  why: {
    zh: "本平台没有这个 component_appid 的第三方平台。",
    en: "This platform has no component with this appid.",
  },
};
