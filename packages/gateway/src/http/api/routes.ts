import { ACCOUNT_ROUTES } from "./account-routes.ts";
import { CHECKUP_ROUTES } from "./checkup-routes.ts";
import { COMPONENT_ROUTES } from "./component-routes.ts";
import { EVENT_ROUTES } from "./event-routes.ts";
import { GRANT_ROUTES } from "./grant-routes.ts";
import { HEALTH_ROUTES } from "./health-routes.ts";
import { KEY_ROUTES } from "./key-routes.ts";
import { LINK_ROUTES } from "./link-routes.ts";
import { MESSAGE_ROUTES } from "./message-routes.ts";
import type { ApiRoute } from "./route.ts";
import { TOKEN_ROUTES } from "./token-routes.ts";

/** Every operation of the API, in the order of the flow. */
export const ROUTES: readonly ApiRoute[] = [
  ...ACCOUNT_ROUTES,
  ...TOKEN_ROUTES,
  ...COMPONENT_ROUTES,
  ...LINK_ROUTES,
  ...GRANT_ROUTES,
  ...MESSAGE_ROUTES,
  ...EVENT_ROUTES,
  ...KEY_ROUTES,
  ...CHECKUP_ROUTES,
  ...HEALTH_ROUTES,
];
