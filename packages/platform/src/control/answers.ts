import { Type } from "typebox";
import { ComponentInput } from "../component/component-input.ts";
import { FaultInput } from "../faults/fault-input.ts";
import { PushInput } from "../push/push-input.ts";
import { AccountInput } from "./inputs.ts";

/**
 * What the control API answers, for its OpenAPI document. Answers may gain members; a test holds these against what is
 * really answered.
 */

const EpochMs = Type.Integer({ description: "Milliseconds since 1970-01-01T00:00:00Z" });
const Bilingual = Type.Object({ zh: Type.String(), en: Type.String() });

export const AccountAnswer = Type.Object({
  ...Type.Required(Type.Object(AccountInput.properties)).properties,
  createdAt: EpochMs,
});

export const PushAnswer = Type.Object({
  ...Type.Required(Type.Object(PushInput.properties)).properties,
  appid: Type.String(),
  previousEncodingAesKey: Type.Optional(Type.String()),
});

export const ComponentAnswer = Type.Object({
  ...Type.Required(Type.Object(ComponentInput.properties)).properties,
  createdAt: EpochMs,
});

export const CredentialAnswer = Type.Object({
  value: Type.String(),
  component: Type.String(),
  kind: Type.String(),
  appid: Type.Optional(Type.String()),
  issuedAt: EpochMs,
  expiresAt: EpochMs,
});

export const AuthorizationAnswer = Type.Object({
  component: Type.String(),
  appid: Type.String(),
  permissionSets: Type.Array(Type.Integer()),
  refreshToken: Type.String(),
  authorizedAt: EpochMs,
  revokedAt: Type.Optional(EpochMs),
});

export const PersonAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  follows: Type.Array(Type.String()),
  blocks: Type.Array(Type.String()),
  refuses: Type.Array(Type.String()),
  openids: Type.Record(Type.String(), Type.String(), { description: "By appid" }),
});

export const DecisionAnswer = Type.Union([
  Type.Object({ kind: Type.Literal("redirected"), location: Type.String() }),
  Type.Object({
    kind: Type.Literal("refused"),
    check: Type.String(),
    pageText: Type.String(),
    hint: Bilingual,
  }),
]);

export const MessageAnswer = Type.Object({
  id: Type.Integer(),
  person: Type.String(),
  appid: Type.String(),
  openid: Type.String(),
  scene: Type.Integer(),
  placement: Type.Enum(["chat", "service_notification"]),
  title: Type.String(),
  content: Type.Optional(Type.String()),
  color: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  miniprogram: Type.Optional(
    Type.Object({ appid: Type.String(), pagepath: Type.Optional(Type.String()) }),
  ),
  jump: Type.Optional(Type.Object({ kind: Type.Enum(["miniprogram", "url"]) })),
  receivedAt: EpochMs,
  isRead: Type.Boolean(),
});

export const GrantAnswer = Type.Object({
  id: Type.Integer(),
  person: Type.String(),
  appid: Type.String(),
  openid: Type.String(),
  scene: Type.Integer(),
  state: Type.String(),
  generation: Type.Integer(),
  grantedAt: EpochMs,
  spentAt: Type.Optional(EpochMs),
  messageId: Type.Optional(Type.Integer()),
});

export const JournalAnswer = Type.Object({
  id: Type.Integer(),
  kind: Type.Enum(["call", "push"]),
  at: EpochMs,
  appid: Type.Optional(Type.String()),
  method: Type.String(),
  endpoint: Type.String(),
  openid: Type.Optional(Type.String()),
  scene: Type.Optional(Type.Integer()),
  token: Type.Optional(
    Type.String({ description: "First eight hexadecimal digits of the token's SHA-256" }),
  ),
  errcode: Type.Optional(Type.Integer()),
  errmsg: Type.Optional(Type.String()),
  rid: Type.String(),
  why: Type.Optional(Bilingual),
  fault: Type.Optional(Type.String()),
  transcript: Type.Optional(
    Type.Object(
      {
        clientIp: Type.String(),
        tookMs: Type.Integer(),
        query: Type.String(),
        body: Type.String(),
        reply: Type.String(),
      },
      {
        description:
          "Of a call that was answered with a refusal, and so with its rid: word for word, secrets masked",
      },
    ),
  ),
});

export const FaultAnswer = Type.Intersect([
  // Closed, they would refuse the two members that follow.
  Type.Union(FaultInput.anyOf.map(({ properties }) => Type.Object(properties))),
  Type.Object({ id: Type.Integer(), struckCount: Type.Integer() }),
]);

export const ClockAnswer = Type.Object({ now: EpochMs, advancedMs: Type.Integer() });
