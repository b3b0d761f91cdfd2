import type { EpochMs } from "@yici/runtime";
import type { FlatMembers } from "../push/flat-xml.ts";
import type { Push } from "../push/seal-push.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import type { Authorization, Component } from "./component.ts";

/** `component_verify_ticket`, which a component needs for its token. */
export function buildTicketPush(component: Component, ticket: ComponentCredential): Push {
  const members = { ComponentVerifyTicket: ticket.value };
  return buildPush(component, ticket.issuedAt, "component_verify_ticket", members);
}

/** `authorized`, or `updateauthorized` where the account had entrusted something before. */
export function buildAuthorizedPush(
  component: Component,
  code: ComponentCredential,
  agreed: { readonly isUpdate: boolean; readonly preAuthCode: string | undefined },
): Push {
  const members = {
    AuthorizerAppid: code.appid ?? "",
    AuthorizationCode: code.value,
    AuthorizationCodeExpiredTime: Math.floor(code.expiresAt / 1_000),
    PreAuthCode: agreed.preAuthCode ?? "",
  };
  const name = agreed.isUpdate ? "updateauthorized" : "authorized";
  return buildPush(component, code.issuedAt, name, members);
}

/** `unauthorized`: the account took it back. */
export function buildUnauthorizedPush(
  component: Component,
  { appid }: Authorization,
  now: EpochMs,
): Push {
  return buildPush(component, now, "unauthorized", { AuthorizerAppid: appid });
}

function buildPush({ appid }: Component, at: EpochMs, name: string, members: FlatMembers): Push {
  return {
    name,
    addressee: "AppId",
    openid: undefined,
    members: {
      AppId: appid,
      CreateTime: Math.floor(at / 1_000),
      InfoType: name,
      ...members,
    },
  };
}
