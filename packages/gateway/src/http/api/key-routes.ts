import { Type } from "typebox";
import type { Static } from "typebox";
import { issueApiKey } from "../../keys/api-key.ts";
import type { KeyRecord } from "../../store/records.ts";
import { CLOSED, InstantJson, nullable, showInstant, showInstantIfAny } from "./json.ts";
import { ProblemError } from "./problem.ts";
import { refuseRight } from "./refuse-right.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";

/** `lend_token`: take an account's access token away for another system. */
const KeyRightJson = Type.Enum(["lend_token"]);

const KEY_FIELDS = {
  id: Type.String(),
  principal: Type.String({
    description:
      "Whom the key is issued to; a principal may hold several, so that keys can be rotated",
  }),
  rights: Type.Array(KeyRightJson, {
    description: "What the key may do beside what every key may",
  }),
  created_at: InstantJson,
  revoked_at: nullable(InstantJson),
};

const KeyJson = Type.Object(KEY_FIELDS);
const IssuedKeyJson = Type.Object({
  ...KEY_FIELDS,
  key: Type.String({ description: "Shown here and never again" }),
});

const NewKeyJson = Type.Object(
  {
    principal: Type.String({ pattern: "^[A-Za-z0-9._@-]{1,64}$" }),
    rights: Type.Optional(Type.Array(KeyRightJson, { uniqueItems: true })),
  },
  CLOSED,
);

/** `/v1/keys`: who may use this API. */
export const KEY_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/keys",
    operation: "listKeys",
    summary: "List API keys, revoked ones included; the keys themselves are kept nowhere",
    answer: Type.Object({ items: Type.Array(KeyJson) }),
    status: 200,
    async handle(_input, { store }) {
      const keys = await store.listKeys();
      return { body: { items: keys.map(showKey) } };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/keys",
    operation: "issueKey",
    summary: "Issue an API key to a principal, with no right that the asking key does not have",
    body: NewKeyJson,
    answer: IssuedKeyJson,
    status: 201,
    problems: ["right_missing"],
    async handle({ body, rights }, { store, world }) {
      const missing = body.rights?.find((right) => !rights.includes(right));
      if (missing !== undefined) throw refuseRight(missing);
      const { key, record } = await issueApiKey(body, store, world);
      return { body: { ...showKey(record), key } };
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/keys/{id}",
    operation: "revokeKey",
    summary: "Revoke an API key",
    params: Type.Object({ id: Type.String() }),
    answer: Type.Object({ id: Type.String(), revoked_at: InstantJson }),
    status: 200,
    problems: ["key_not_found"],
    async handle({ params }, { store, world }) {
      const now = world.now();
      if (!(await store.revokeKey(params.id, now))) throw refuseUnknownKey();
      return { body: { id: params.id, revoked_at: showInstant(now) } };
    },
  }),
];

function showKey(key: KeyRecord): Static<typeof KeyJson> {
  return {
    id: key.keyId,
    principal: key.principal,
    rights: [...key.rights],
    created_at: showInstant(key.createdAt),
    revoked_at: showInstantIfAny(key.revokedAt),
  };
}

function refuseUnknownKey(): ProblemError {
  return new ProblemError("key_not_found", {
    detail: {
      zh: "没有这个密钥，或它已被吊销。",
      en: "There is no such key, or it was revoked before.",
    },
  });
}
