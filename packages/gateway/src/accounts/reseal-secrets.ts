import type { AppId } from "@yici/protocol";
import { buildSealContext } from "../secrets/seal-context.ts";
import type { SealedThing } from "../secrets/seal-context.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { AccountRecord, ComponentRecord, Records, TokenOrigin } from "../store/records.ts";

type Reseal = (sealed: string, thing: SealedThing) => string;

/**
 * Seals what operators have given under the key that seals now, so that the keys before it can be given up. Tokens and
 * tickets are not worth it: the next ones come soon.
 */
export async function resealSecrets(
  store: Pick<Records, "listAccounts" | "replaceAccount" | "listComponents" | "putComponent">,
  sealer: Sealer,
): Promise<void> {
  const [accounts, components] = await Promise.all([store.listAccounts(), store.listComponents()]);
  const resealOf =
    (appid: AppId): Reseal =>
    (sealed, thing) => {
      const context = buildSealContext(thing, appid);
      return sealer.seal(sealer.open(sealed, context), context);
    };
  await Promise.all([
    ...accounts.map((each) => store.replaceAccount(resealAccount(each, resealOf(each.appid)))),
    ...components.map((each) => store.putComponent(resealComponent(each, resealOf(each.appid)))),
  ]);
}

function resealAccount(account: AccountRecord, reseal: Reseal): AccountRecord {
  const { sealedSecret, tokenOrigin } = account;
  return {
    ...account,
    sealedSecret: sealedSecret === undefined ? undefined : reseal(sealedSecret, "app_secret"),
    tokenOrigin: resealOrigin(tokenOrigin, reseal),
  };
}

function resealOrigin(origin: TokenOrigin, reseal: Reseal): TokenOrigin {
  switch (origin.kind) {
    case "app_secret":
      return origin;
    case "external":
      return { ...origin, sealedBearer: reseal(origin.sealedBearer, "bearer") };
    case "authorizer":
      return {
        ...origin,
        sealedRefreshToken: reseal(origin.sealedRefreshToken, "refresh_token"),
      };
  }
}

function resealComponent(component: ComponentRecord, reseal: Reseal): ComponentRecord {
  return {
    ...component,
    sealedSecret: reseal(component.sealedSecret, "app_secret"),
    sealedPushToken: reseal(component.sealedPushToken, "push_token"),
    sealedPushKey: reseal(component.sealedPushKey, "push_key"),
  };
}
