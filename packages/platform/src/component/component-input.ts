import { type Static, Type } from "typebox";
import { Appid, closed } from "../control/fields.ts";
import { EncodingAesKey, PushToken, PushUrl } from "../push/push-input.ts";

const Name = Type.String({ minLength: 1, maxLength: 64 });

/** What an operator may change of a third-party platform. */
export const ComponentPatch = Type.Object(
  {
    /** Default: 32 random hexadecimal digits. */
    secret: Type.Optional(Type.String({ pattern: "^[\\x21-\\x7e]{1,128}$" })),
    name: Type.Optional(Name),
    /** Where tickets and events of authorization are pushed, encrypted. */
    url: Type.Optional(PushUrl),
    token: Type.Optional(PushToken),
    encodingAesKey: Type.Optional(EncodingAesKey),
    /** Addresses and ranges that may call; `null`, the default, means every address. */
    ipWhitelist: Type.Optional(
      Type.Union([
        Type.Array(Type.String({ minLength: 2, maxLength: 49 }), { maxItems: 1_000 }),
        Type.Null(),
      ]),
    ),
  },
  closed,
);
export type ComponentPatch = Static<typeof ComponentPatch>;

export const ComponentInput = Type.Object(
  {
    ...ComponentPatch.properties,
    /** Default: a random one. */
    appid: Type.Optional(Appid),
    name: Name,
    url: PushUrl,
    token: PushToken,
    encodingAesKey: EncodingAesKey,
  },
  closed,
);
export type ComponentInput = Static<typeof ComponentInput>;

/** An account's administrator agrees. */
export const AuthorizationInput = Type.Object(
  {
    appid: Appid,
    /** The code of the page that was agreed to; without one it is agreed all the same. */
    preAuthCode: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    /** Numbers of permission sets. Default: 7 alone, the one that messages belong to. */
    permissionSets: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 200 }), { maxItems: 200 }),
    ),
  },
  closed,
);
export type AuthorizationInput = Static<typeof AuthorizationInput>;

/** An account takes back what it has entrusted. */
export const UnauthorizationInput = Type.Object({ appid: Appid }, closed);
export type UnauthorizationInput = Static<typeof UnauthorizationInput>;
