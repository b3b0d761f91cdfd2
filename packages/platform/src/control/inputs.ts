import { type Static, Type } from "typebox";
import { Appid, closed, CountedPath, WaitMs } from "./fields.ts";

/**
 * What the control API is told, each shape once: it validates, it is the type, and the same in snake_case is what travels as
 * JSON. Unknown fields are refused.
 */

const PersonId = Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,31}$" });
const Name = Type.String({ minLength: 1, maxLength: 64 });
const SceneNumber = Type.Integer({ minimum: 0, maximum: 10_000 });

const page = {
  /** Only what came after the item with this number. */
  after: Type.Optional(Type.Integer({ minimum: 0 })),
  /** At most so many items. Default 100. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
};

/** What an operator may change of an account. */
export const AccountPatch = Type.Object(
  {
    /** Default: 32 random hexadecimal digits. */
    secret: Type.Optional(Type.String({ pattern: "^[\\x21-\\x7e]{1,128}$" })),
    name: Type.Optional(Name),
    /** The two kinds of Official Account, an app, or a test account. Default `service`. */
    kind: Type.Optional(Type.Enum(["service", "subscription", "mobile_app", "test"])),
    /** Without certification an account has no permission for this capability. Default true. */
    isCertified: Type.Optional(Type.Boolean()),
    /** The account's one template of this capability. Default: 43 random characters. */
    templateId: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{1,128}$" })),
    /** Bare hosts; unlike the real console, this one takes loopback hosts. Default: `localhost`, `127.0.0.1`. */
    businessDomains: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 100 }),
    ),
    /** Bare hosts to which web OAuth may lead back. Default: `localhost`, `127.0.0.1`. */
    oauthDomains: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 100 }),
    ),
    /**
     * The file that a domain must serve at its root before it is taken into either list; `port` where a sandbox's domain
     * serves it. `null`, the default, asks for none.
     */
    domainVerification: Type.Optional(
      Type.Union([
        Type.Object(
          {
            fileName: Type.String({ pattern: "^MP_verify_[A-Za-z0-9]{1,64}\\.txt$" }),
            content: Type.String({ minLength: 1, maxLength: 1_024 }),
            port: Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Type.Null()]),
          },
          closed,
        ),
        Type.Null(),
      ]),
    ),
    /** The mini-programs a message may jump to; `null`, the default, means any. */
    boundMiniprograms: Type.Optional(
      Type.Union([
        Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 1_000 }),
        Type.Null(),
      ]),
    ),
    /** How many calls are answered with success, by path of the call or of the page of OAuth. What is absent is as documented for every account. */
    quotas: Type.Optional(
      Type.Array(
        Type.Object(
          {
            endpoint: CountedPath,
            /** A day of UTC+8. */
            perDay: Type.Optional(Type.Integer({ minimum: 0 })),
            perMinute: Type.Optional(Type.Integer({ minimum: 0 })),
          },
          closed,
        ),
        { maxItems: 50 },
      ),
    ),
    /** `capability_blocked` for violations: no message; `restricted` and `frozen`: no token either. Default `good`. */
    standing: Type.Optional(Type.Enum(["good", "capability_blocked", "restricted", "frozen"])),
    /** A frozen secret gives no token. Default false. */
    isSecretFrozen: Type.Optional(Type.Boolean()),
    /** Addresses and ranges (`203.0.113.0/24`) that may ask for a token; `null`, the default, means every address. */
    ipWhitelist: Type.Optional(
      Type.Union([
        Type.Array(Type.String({ minLength: 2, maxLength: 49 }), { maxItems: 1_000 }),
        Type.Null(),
      ]),
    ),
    /** Domains a message's url may not lead to, for want of an ICP filing; their sub-domains included. Default: none. */
    domainsWithoutIcp: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 100 }),
    ),
  },
  closed,
);
export type AccountPatch = Static<typeof AccountPatch>;

export const AccountInput = Type.Object(
  {
    ...AccountPatch.properties,
    /** Default: a random one. */
    appid: Type.Optional(Appid),
    name: Name,
  },
  closed,
);
export type AccountInput = Static<typeof AccountInput>;

export const PersonPatch = Type.Object(
  {
    name: Type.Optional(Name),
    /** The accounts this person follows, all of them. */
    follows: Type.Optional(Type.Array(Appid, { maxItems: 1_000 })),
    /** The accounts of which this person receives no message of any kind, all of them. */
    blocks: Type.Optional(Type.Array(Appid, { maxItems: 1_000 })),
    /** The accounts whose one-time messages this person refuses in WeChat's settings, all of them. */
    refuses: Type.Optional(Type.Array(Appid, { maxItems: 1_000 })),
  },
  closed,
);
export type PersonPatch = Static<typeof PersonPatch>;

export const PersonInput = Type.Object(
  {
    ...PersonPatch.properties,
    /** Default: a random one. */
    id: Type.Optional(PersonId),
    name: Name,
  },
  closed,
);
export type PersonInput = Static<typeof PersonInput>;

/** Opens an authorize link as a person and answers its question. */
export const DecisionInput = Type.Object(
  {
    authorizeLink: Type.String({ minLength: 1, maxLength: 8_192 }),
    /** The person's id. */
    person: Type.String({ minLength: 1, maxLength: 64 }),
    action: Type.Enum(["confirm", "cancel"]),
  },
  closed,
);
export type DecisionInput = Static<typeof DecisionInput>;

export const InboxQuery = Type.Object(
  {
    person: Type.Optional(PersonId),
    appid: Type.Optional(Appid),
    ...page,
    /** Waits so long, in milliseconds of the platform's clock, until there is an item. Default 0. */
    waitMs: Type.Optional(WaitMs),
  },
  closed,
);
export type InboxQuery = Static<typeof InboxQuery>;

export const GrantsQuery = Type.Object(
  {
    appid: Type.Optional(Appid),
    person: Type.Optional(PersonId),
    scene: Type.Optional(SceneNumber),
    ...page,
  },
  closed,
);
export type GrantsQuery = Static<typeof GrantsQuery>;

export const JournalQuery = Type.Object(
  {
    appid: Type.Optional(Appid),
    /** Only the call that was refused with this rid. */
    rid: Type.Optional(Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$" })),
    ...page,
  },
  closed,
);
export type JournalQuery = Static<typeof JournalQuery>;

export const ClockInput = Type.Object(
  {
    /** By how much the platform's clock is put forward: ten years at most. */
    advanceMs: Type.Integer({ minimum: 0, maximum: 315_576_000_000 }),
  },
  closed,
);
export type ClockInput = Static<typeof ClockInput>;
