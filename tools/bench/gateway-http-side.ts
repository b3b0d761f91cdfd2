import { setTimeout } from "node:timers/promises";
import { type AppId, parseAppId } from "@yici/protocol";
import { buildSlot, type Slot } from "./gateway-ground.ts";
import { known } from "./known.ts";
import type { MessageLoadSide } from "./message-load-side.ts";
import { measure, type SendOrder, type SenderSide, type SendRun } from "./send-order.ts";
import { answerCalls, readUsage, Side } from "./side.ts";
import { openStartedGateway, type StartedGateway } from "./started-gateway.ts";

/** A whole gateway that is sent its messages by its API, from another process, and drains them as they come. */
const APPIDS = Array.from({ length: 4 }, (_, index) =>
  known(parseAppId(`wx${String(index + 1).padStart(16, "0")}`)),
);
const IMPORTED_AT_ONCE = 500;
const LOOK_EVERY_MS = 2;

interface Ground {
  readonly started: StartedGateway;
  readonly load: Side<MessageLoadSide>;
}

const stack = new AsyncDisposableStack();
let ground: Ground | undefined;
let slotCount = 0;

async function open({ url, engine = "sqlite" }: SendOrder): Promise<Ground> {
  const started = stack.use(await openStartedGateway(engine));
  for (const appid of APPIDS) {
    await started.ask("POST", "/v1/accounts", {
      appid,
      name: `account ${appid}`,
      template_id: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
      app_secret: "0".repeat(32),
      platform: { kind: "sandbox", api_url: url, page_url: url },
    });
  }
  return { started, load: stack.use(Side.start<MessageLoadSide>("message-load-side.ts")) };
}

/** Everybody has a grant. */
async function prepare(order: SendOrder): Promise<object> {
  ground ??= await open(order);
  const { started, load } = ground;
  const slots = Array.from({ length: order.sends }, (_, index) => {
    const number = slotCount + index;
    return buildSlot(known(APPIDS[number % APPIDS.length]), number);
  });
  slotCount += order.sends;
  for (const appid of APPIDS) await importGrants(started, appid, slots);
  const port = Number(new URL(started.gateway.adminUrl).port);
  const { connections } = order;
  return load.call("prepare", { port, apiKey: started.apiKey, connections, slots });
}

async function importGrants(
  started: StartedGateway,
  appid: AppId,
  slots: readonly Slot[],
): Promise<void> {
  const ours = slots.filter((slot) => slot.appid === appid);
  for (let from = 0; from < ours.length; from += IMPORTED_AT_ONCE) {
    const some = ours.slice(from, from + IMPORTED_AT_ONCE);
    const grants = some.map(({ openid, scene }) => ({ openid, scene }));
    await started.ask("POST", `/v1/accounts/${appid}/grants/import`, { grants });
  }
}

async function run(order: SendOrder): Promise<SendRun> {
  const { load } = known(ground);
  const before = await load.call("usage");
  const { childrenCpuUs, ...measured } = await measure(() => drain(order, load));
  const after = await load.call("usage");
  // The load is a child too, and no database.
  return { ...measured, childrenCpuUs: childrenCpuUs - (after.cpuUs - before.cpuUs) };
}

async function drain({ url, sends }: SendOrder, load: Side<MessageLoadSide>): Promise<void> {
  const { good } = await load.call("load");
  if (good !== sends) throw new Error(`${sends - good} of ${sends} messages were not accepted`);
  while ((await countSent(url)) < sends) await setTimeout(LOOK_EVERY_MS);
}

async function countSent(url: string): Promise<number> {
  const { count } = (await (await fetch(`${url}/count`)).json()) as { readonly count: number };
  return count;
}

answerCalls<SenderSide>({ prepare, run, usage: readUsage }, () => stack.disposeAsync());
