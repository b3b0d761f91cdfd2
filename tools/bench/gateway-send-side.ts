import { setImmediate } from "node:timers/promises";
import type { AppId } from "@yici/protocol";
import {
  buildAcceptance,
  buildSlot,
  type GatewayGround,
  openGatewayGround,
} from "./gateway-ground.ts";
import { measure, type SendOrder, type SenderSide } from "./send-order.ts";
import { answerCalls, readUsage } from "./side.ts";

/** The gateway drains what it has accepted: lease, durable attempt, send, durable settle. */
const ACCOUNTS = 4;
const ACCEPTS_AT_ONCE = 1_000;

interface Gateway {
  readonly ground: GatewayGround;
  readonly appids: readonly AppId[];
}

let gateway: Gateway | undefined;
let slotCount = 0;

async function open({ url, connections }: SendOrder): Promise<Gateway> {
  const ground = await openGatewayGround(connections);
  const numbers = Array.from({ length: ACCOUNTS }, (_, index) => index + 1);
  const appids = await Promise.all(numbers.map((number) => ground.addAccount(number, url)));
  return { ground, appids };
}

async function prepare(order: SendOrder): Promise<object> {
  gateway ??= await open(order);
  const { ground, appids } = gateway;
  const slots = Array.from({ length: order.sends }, (_, index) => {
    const number = slotCount + index;
    const appid = appids[number % appids.length];
    if (appid === undefined) throw new Error("there are accounts");
    return { number, slot: buildSlot(appid, number) };
  });
  slotCount += order.sends;
  for (let done = 0; done < slots.length; done += ACCEPTS_AT_ONCE) {
    const some = slots.slice(done, done + ACCEPTS_AT_ONCE);
    const now = ground.world.now();
    await Promise.all(some.map(({ slot }) => ground.store.importGrant(slot, now, now)));
    const accepted = await Promise.all(
      some.map(({ slot, number }) => ground.store.accept(buildAcceptance(slot, number, now))),
    );
    if (accepted.some(({ kind }) => kind !== "accepted")) throw new Error("one was not accepted");
  }
  await setImmediate(); // By now listeners were told of these.
  return {};
}

async function drain({ sends }: SendOrder): Promise<void> {
  if (gateway === undefined) throw new Error("nothing is prepared");
  const { store } = gateway.ground;
  const engine = gateway.ground.buildEngine();
  const drained = new Promise<void>((resolve) => {
    let left = sends;
    store.onChange((messageIds) => {
      left -= messageIds.length;
      if (left <= 0) resolve();
    });
  });
  engine.start();
  await drained;
  await engine.stop();
}

answerCalls<SenderSide>(
  { prepare, run: (order) => measure(() => drain(order)), usage: readUsage },
  async () => gateway?.ground[Symbol.asyncDispose](),
);
