import { parseAppId } from "@yici/protocol";
import type { AppId } from "@yici/protocol";
import { Type } from "typebox";
import type { Static } from "typebox";
import { parseServiceUrl } from "../../accounts/web-address.ts";
import { buildSealContext } from "../../secrets/seal-context.ts";
import type { Sealer } from "../../secrets/sealer.ts";
import type { TokenOrigin } from "../../store/records.ts";
import { expectField } from "./expect-field.ts";
import { CLOSED } from "./json.ts";
import type { RequestIssue } from "./problem.ts";

const SecretJson = Type.String({ pattern: "^[!-~]{1,1024}$" });

/** Where an account's access tokens are to come from, with what it takes to get them. */
export const NewTokenOriginJson = Type.Union([
  Type.Object({ kind: Type.Literal("app_secret") }, CLOSED),
  Type.Object(
    {
      kind: Type.Literal("external"),
      url: Type.String({
        maxLength: 2_048,
        description: "Asked with GET; answers access_token and expires_in",
      }),
      bearer: SecretJson,
    },
    CLOSED,
  ),
  Type.Object(
    {
      kind: Type.Literal("authorizer"),
      component_appid: Type.String({ maxLength: 64 }),
      refresh_token: SecretJson,
    },
    CLOSED,
  ),
]);

/** Reads and seals an origin of tokens; answers nothing, and notes the mistakes, when there are some. */
export function readTokenOrigin(
  origin: Static<typeof NewTokenOriginJson>,
  { appid, sealer, issues }: OriginGround,
): TokenOrigin | undefined {
  switch (origin.kind) {
    case "app_secret":
      return origin;
    case "external": {
      const url = expectField(parseServiceUrl(origin.url), ["token_origin", "url"], issues);
      const sealedBearer = sealer.seal(origin.bearer, buildSealContext("bearer", appid));
      return url === undefined ? undefined : { kind: "external", url, sealedBearer };
    }
    case "authorizer": {
      const path = ["token_origin", "component_appid"] as const;
      const componentAppid = expectField(parseAppId(origin.component_appid), path, issues);
      const context = buildSealContext("refresh_token", appid);
      const sealedRefreshToken = sealer.seal(origin.refresh_token, context);
      return componentAppid && { kind: "authorizer", componentAppid, sealedRefreshToken };
    }
  }
}

interface OriginGround {
  readonly appid: AppId;
  readonly sealer: Sealer;
  readonly issues: RequestIssue[];
}
