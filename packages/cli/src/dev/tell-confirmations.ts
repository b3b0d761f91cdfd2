import type { World } from "@yici/runtime";
import type { AccountClient } from "../account-client.ts";
import { createApiClient } from "../api-client.ts";
import type { GrantJson, PageJson } from "../gateway-json.ts";
import type { Screen } from "../screen/screen.ts";
import { renderSendCommand } from "../screen/send-command.ts";
import { followEvents } from "./follow-events.ts";
import type { Dev } from "./start-dev.ts";

interface Telling {
  readonly world: World;
  readonly screen: Screen;
  readonly dev: Dev;
  /** The data folder, when it was named. */
  readonly dataDir: string | undefined;
}

/** Somebody who may be sent a message. */
interface Confirmed {
  readonly openid: string;
  readonly scene: number;
}

/** Prints the ready-made send command for a grant that is there already, and whenever somebody confirms. */
export function tellConfirmations(telling: Telling): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const told = tell(telling, stopping.signal).catch((error: unknown) => {
    telling.world.log.warn({ error }, "confirmations are no longer told");
  });
  return {
    async stop() {
      stopping.abort();
      await told;
    },
  };
}

async function tell(telling: Telling, signal: AbortSignal): Promise<void> {
  const { world, screen, dev } = telling;
  if (screen.isJson) return;
  const client = openDevClient(world, dev);
  const query = { state: "available", limit: 1 };
  const { items } = await client.call<PageJson<GrantJson>>("/grants", { query });
  for (const grant of items) await announce(telling, grant);
  for await (const { type, facts } of followEvents({ world, client, signal })) {
    const { openid, scene } = facts;
    const isKnown = typeof openid === "string" && typeof scene === "number";
    if (CONFIRMATIONS.includes(type) && isKnown) await announce(telling, { openid, scene });
  }
}

/** The events after which somebody may be sent a message. */
const CONFIRMATIONS: readonly string[] = ["grant.opened", "grant.renewed"];

function openDevClient(world: World, { gateway, apiKey, account }: Dev): AccountClient {
  const client = createApiClient(world, { adminUrl: gateway.adminUrl, apiKey });
  const { appid } = account;
  return { appid, call: (path, call) => client.call(`/accounts/${appid}${path}`, call) };
}

async function announce(
  { screen, dev, dataDir }: Telling,
  { openid, scene }: Confirmed,
): Promise<void> {
  const people = await dev.platform.control.listPeople();
  const person = people.find(({ openids }) => openids[dev.account.appid] === openid);
  const name = person?.name ?? openid;
  screen.print(
    `${name} 已确认场景 ${scene}，可以发送一条消息 has confirmed and may be sent one message:\n` +
      `  ${renderSendCommand({ openid, scene, dataDir })}\n`,
  );
}
