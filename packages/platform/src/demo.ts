import type { World } from "@yici/runtime";
import { addAccount, changeAccount } from "./accounts/add-account.ts";
import { parseBusinessDomain } from "./accounts/business-domain.ts";
import { addPerson } from "./people/add-person.ts";
import type { PlatformStore } from "./store/platform-store.ts";

/** The official document's own sample account, as `demo` seeds it. */
export const DEMO_ACCOUNT = {
  appid: "wxaba38c7f163da69b",
  secret: "0123456789abcdef0123456789abcdef",
  name: "一次示例号",
  templateId: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
  /** The document's own host, and two that the real console would refuse and a sandbox must allow. */
  businessDomains: ["support.qq.com", "localhost", "127.0.0.1"],
} as const;

/** A mobile app beside it, for the simulated app on the phone. */
export const DEMO_APP = {
  appid: "wx5a1f0c3e9b7d2468",
  secret: "fedcba9876543210fedcba9876543210",
  name: "一次示例应用",
  kind: "mobile_app",
  templateId: "0fQ2vXbJ8mKe5sTzUwRa7LdNcGhYiPo3kMxVtBqE1Z4",
} as const;

/** The people of the demo; the first follows the account. */
export const DEMO_PEOPLE = [
  { id: "zhang", name: "张三", isFollower: true },
  { id: "li", name: "李四", isFollower: false },
  { id: "wang", name: "王五", isFollower: false },
] as const;

/**
 * Sees to it that the demo's account, app and people are there, and that the account has these business domains besides its own.
 * What is there already stays as it is. Called inside a commit.
 */
export function seedDemo(
  store: PlatformStore,
  domains: readonly string[],
  world: Pick<World, "now" | "randomBytes">,
): void {
  const account =
    store.accounts.find(DEMO_ACCOUNT.appid) ??
    addAccount(
      store,
      { ...DEMO_ACCOUNT, businessDomains: [...DEMO_ACCOUNT.businessDomains] },
      world,
    );
  const missing = domains.filter(
    (domain) => !account.businessDomains.includes(parseBusinessDomain(domain) ?? domain),
  );
  if (store.accounts.find(DEMO_APP.appid) === undefined) addAccount(store, DEMO_APP, world);
  if (missing.length > 0) {
    changeAccount(store, account.appid, {
      businessDomains: [...account.businessDomains, ...missing],
    });
  }
  for (const { id, name, isFollower } of DEMO_PEOPLE) {
    if (store.people.find(id) !== undefined) continue;
    addPerson(store, { id, name, follows: isFollower ? [account.appid] : [] }, world);
  }
}
