import { ConfigError, parseAppId, parseScene, parseTemplateId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { Demo, DemoOptions } from "../gateway-options.ts";
import { issueLinkId } from "../ids.ts";
import { buildSealContext } from "../secrets/seal-context.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { AccountRecord, LinkRecord, Records } from "../store/records.ts";
import { buildEntryUrl } from "./account-addresses.ts";
import { addAccount, PLAIN_ACCOUNT } from "./add-account.ts";
import { parseOrigin, parsePublicUrl } from "./web-address.ts";

/** What ensuring the demo stands on. */
export interface DemoGround {
  readonly store: Records;
  readonly sealer: Sealer;
  readonly world: Pick<World, "now" | "randomBytes">;
  /** Where people reach the gateway when the demo does not say. */
  readonly publicUrl: string;
}

/**
 * Sees to it that the official document's account and a link for its scene are there. What an earlier start made
 * stays, but for the account's addresses and secret, which follow the options.
 */
export async function ensureDemo(options: DemoOptions, ground: DemoGround): Promise<Demo> {
  const account = await ensureAccount(options, ground);
  const { linkId } = await ensureLink(account, ground);
  return { appid: account.appid, linkId, entryUrl: buildEntryUrl(account, linkId) };
}

/** The sample of the official document; it belongs to nobody who could be sent a message. */
const SAMPLE = {
  appid: expectParsed(parseAppId("wxaba38c7f163da69b"), "appid"),
  templateId: expectParsed(
    parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc"),
    "templateId",
  ),
  scene: expectParsed(parseScene(1000), "scene"),
};

async function ensureAccount(options: DemoOptions, ground: DemoGround): Promise<AccountRecord> {
  const { store, sealer, world } = ground;
  const { appid, templateId } = SAMPLE;
  const current = {
    publicUrl: expectParsed(parsePublicUrl(options.publicUrl ?? ground.publicUrl), "publicUrl"),
    platform: {
      kind: "sandbox",
      apiUrl: expectParsed(parseOrigin(options.apiUrl), "apiUrl"),
      pageUrl: expectParsed(parseOrigin(options.pageUrl), "pageUrl"),
    },
    sealedSecret: sealer.seal(options.appSecret, buildSealContext("app_secret", appid)),
  } as const;
  const found = await store.findAccount(appid);
  if (found === undefined) {
    const fixed = { appid, templateId, name: "一次示例号", kind: "official_account" } as const;
    const marks = { isDemo: true, createdAt: world.now() };
    const added = await addAccount(
      { ...fixed, ...PLAIN_ACCOUNT, ...marks, ...current },
      store,
      world,
    );
    return expectParsed(added, "account");
  }
  if (!found.isDemo) throw refuseForeignAccount();
  const updated = { ...found, ...current };
  await store.replaceAccount(updated);
  return updated;
}

async function ensureLink(
  account: AccountRecord,
  { store, world }: DemoGround,
): Promise<LinkRecord> {
  const { appid, code } = account;
  const { scene } = SAMPLE;
  const links = await store.listLinks(appid);
  const found = links.find((link) => link.scene === scene);
  if (found !== undefined) return found;
  const linkId = issueLinkId(code, world);
  const link = { appid, linkId, scene, title: "到货提醒", createdAt: world.now() };
  await store.addLink(link);
  return link;
}

/** What the caller or we ourselves wrote down is what it claims to be, or somebody made a mistake. */
function expectParsed<T>(parsed: T | undefined, name: string): T {
  if (parsed === undefined) throw new RangeError(`the demo's ${name} is not usable`);
  return parsed;
}

function refuseForeignAccount(): ConfigError {
  const problem =
    "the official document's appid was added to this database as an ordinary account: start the demo on a database of its own";
  return new ConfigError([{ name: "demo", problem }]);
}
