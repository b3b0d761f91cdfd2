import { Type } from "typebox";
import type { SlotKey } from "../../grants/grant.ts";
import { grantCursor } from "../../store/cursors.ts";
import type { ReinstateOutcome } from "../../store/ledger.ts";
import { describeSlot } from "./describe-slot.ts";
import { AccountParams, findAccount } from "./find-account.ts";
import { ConfirmEffectJson, GrantJson, GrantStateJson, showGrant, SlotJson } from "./grant-json.ts";
import { CLOSED, InstantJson, nullable, readInstant } from "./json.ts";
import { PAGE_QUERY, readPage, showNext } from "./paging.ts";
import { ProblemError, refuseContent } from "./problem.ts";
import { readSlot } from "./read-slot.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";
import { readSlotFilter } from "./slot-filter.ts";

const SlotParams = Type.Object({
  appid: Type.String(),
  openid: Type.String(),
  scene: Type.Integer(),
});

const GenerationParams = Type.Object({
  appid: Type.String(),
  openid: Type.String(),
  scene: Type.Integer(),
  generation: Type.Integer({ minimum: 1 }),
});

/** Filters of a list of grants. */
const GrantQuery = Type.Object(
  {
    openid: Type.Optional(Type.String()),
    scene: Type.Optional(Type.Integer()),
    state: Type.Optional(GrantStateJson),
    ...PAGE_QUERY,
  },
  CLOSED,
);

const IMPORT_MAX = 500;

const ImportJson = Type.Object(
  {
    grants: Type.Array(
      Type.Object(
        {
          openid: Type.String(),
          scene: Type.Integer(),
          granted_at: Type.Optional(InstantJson),
        },
        CLOSED,
      ),
      { minItems: 1, maxItems: IMPORT_MAX },
    ),
  },
  CLOSED,
);

const ImportedJson = Type.Object({
  items: Type.Array(
    Type.Object({ openid: Type.String(), scene: Type.Integer(), effect: ConfirmEffectJson }),
  ),
});

/** `/v1/accounts/{appid}/grants` and `…/slots`: what people have allowed. */
export const GRANT_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/grants",
    operation: "listGrants",
    summary: "List grants",
    params: AccountParams,
    query: GrantQuery,
    answer: Type.Object({ items: Type.Array(GrantJson), next_after: nullable(Type.String()) }),
    status: 200,
    problems: ["account_not_found"],
    async handle({ params, query }, { store }) {
      const { appid } = await findAccount(params.appid, store);
      const page = readPage(query);
      const slots = readSlotFilter(query);
      const grants =
        slots === undefined
          ? []
          : await store.listGrants({ appid, ...slots, state: query.state, ...page });
      return {
        body: { items: grants.map(showGrant), next_after: showNext(grants, page, grantCursor) },
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/accounts/{appid}/slots/{openid}/{scene}",
    operation: "findSlot",
    summary: "Show all that is known of one person and scene",
    params: SlotParams,
    answer: SlotJson,
    status: 200,
    problems: ["account_not_found"],
    async handle({ params }, { store }) {
      const account = await findAccount(params.appid, store);
      const slot = await store.findSlot({ appid: account.appid, ...readSlot(params) });
      return { body: await describeSlot(account, slot, "imported", store) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/grants/import",
    operation: "importGrants",
    summary: "Put grants on record that are known from elsewhere",
    params: AccountParams,
    body: ImportJson,
    answer: ImportedJson,
    status: 200,
    problems: ["account_not_found"],
    async handle({ params, body }, { store, world }) {
      const { appid } = await findAccount(params.appid, store);
      const now = world.now();
      const slots = body.grants.map((grant, index) => ({
        ...readSlot(grant, ["grants", String(index)]),
        grantedAt: readGrantedAt(grant.granted_at, index, now),
      }));
      const items = slots.map(async ({ openid, scene, grantedAt }) => {
        const effect = await store.importGrant({ appid, openid, scene }, grantedAt, now);
        return { openid, scene, effect };
      });
      return { body: { items: await Promise.all(items) } };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts/{appid}/grants/{openid}/{scene}/{generation}/reinstate",
    operation: "reinstateGrant",
    summary: "Take a void back: the slot's last generation only, never one that is in doubt",
    params: GenerationParams,
    answer: GrantJson,
    status: 200,
    problems: ["account_not_found", "grant_not_reinstatable"],
    async handle({ params }, { store, world }) {
      const { appid } = await findAccount(params.appid, store);
      const slot: SlotKey = { appid, ...readSlot(params) };
      const outcome = await store.reinstateGrant(slot, params.generation, world.now());
      if (outcome.kind === "refused") throw refuseReinstating(outcome.reason);
      return { body: showGrant(outcome.grant) };
    },
  }),
];

function readGrantedAt(text: string | undefined, index: number, now: number): number {
  const grantedAt = text === undefined ? now : readInstant(text);
  if (grantedAt <= now) return grantedAt;
  const message = {
    zh: "granted_at 不能晚于现在",
    en: "granted_at must not be later than now",
  };
  throw refuseContent([
    { path: ["grants", String(index), "granted_at"], code: "in_future", message },
  ]);
}

type ReinstateRefusal = Extract<ReinstateOutcome, { readonly kind: "refused" }>["reason"];

const REINSTATE_REFUSALS: Readonly<
  Record<ReinstateRefusal, { readonly zh: string; readonly en: string }>
> = {
  unknown_grant: { zh: "没有这一代授权。", en: "There is no such generation." },
  not_void: { zh: "这一代授权没有作废。", en: "This generation is not void." },
  in_doubt: {
    zh: "这次授权可能已经被一次没有确定答复的发送用掉，不能恢复；请让此人再确认一次。",
    en: "A send that got no certain answer may have used it, so it cannot come back; ask the person to confirm again.",
  },
  not_last_generation: {
    zh: "之后已有新的一代授权，只有最后一代可以恢复。",
    en: "A newer generation exists; only the last one can come back.",
  },
};

function refuseReinstating(reason: ReinstateRefusal): ProblemError {
  return new ProblemError("grant_not_reinstatable", {
    detail: REINSTATE_REFUSALS[reason],
    members: { reason },
  });
}
