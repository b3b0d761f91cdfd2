import { buildSealContext } from "../secrets/seal-context.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { Records } from "../store/records.ts";

/** Seals every app secret under the key that seals now, so that the keys before it can be given up. */
export async function resealSecrets(
  store: Pick<Records, "listAccounts" | "replaceAccount">,
  sealer: Sealer,
): Promise<void> {
  const accounts = await store.listAccounts();
  const resealed = accounts.map(async (account) => {
    if (account.sealedSecret === undefined) return;
    const context = buildSealContext("app_secret", account.appid);
    const sealedSecret = sealer.seal(sealer.open(account.sealedSecret, context), context);
    await store.replaceAccount({ ...account, sealedSecret });
  });
  await Promise.all(resealed);
}
