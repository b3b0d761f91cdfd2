import type { WireRoute } from "../wire/wire-call.ts";
import { CLEAR_QUOTA_ENDPOINT, CLEAR_QUOTA_V2_ENDPOINT } from "./clear-quota-endpoints.ts";
import { defineClearOneQuota, defineGetQuota } from "./one-quota-endpoints.ts";
import {
  CLEAR_ONE_QUOTA_PATH,
  CLEAR_QUOTA_PATH,
  CLEAR_QUOTA_V2_PATH,
  GET_QUOTA_PATH,
} from "./quota-paths.ts";

/** The calls around quotas, for an account that makes these others. Those that clear have no quota of the day themselves. */
export function defineQuotaEndpoints(others: readonly WireRoute[]): readonly WireRoute[] {
  const paths = [...others.map(([path]) => path), GET_QUOTA_PATH];
  return [
    [GET_QUOTA_PATH, defineGetQuota(paths)],
    [CLEAR_ONE_QUOTA_PATH, defineClearOneQuota(paths)],
    [CLEAR_QUOTA_PATH, CLEAR_QUOTA_ENDPOINT],
    [CLEAR_QUOTA_V2_PATH, CLEAR_QUOTA_V2_ENDPOINT],
  ];
}
