import { setImmediate } from "node:timers/promises";
import { ENGINE_LIMITS } from "@yici/gateway";
import type { AppId } from "@yici/protocol";
import {
  buildAcceptance,
  buildSlot,
  type GatewayGround,
  openGatewayGround,
  type Slot,
} from "./gateway-ground.ts";
import { measure, onTracks, type SendOrder, type SenderSide } from "./send-order.ts";
import { answerCalls, readUsage } from "./side.ts";

/** The gateway drains what it has accepted, or accepts and drains together: lease, durable attempt, send, durable settle. */
const ACCEPTS_AT_ONCE = 1_000;

interface Gateway {
  readonly ground: GatewayGround;
  readonly appids: readonly AppId[];
}

let gateway: Gateway | undefined;
let slotCount = 0;
let slots: readonly { readonly slot: Slot; readonly number: number }[] = [];

async function open({ url, connections, engine, accounts = 1 }: SendOrder): Promise<Gateway> {
  const ground = await openGatewayGround(countConnections(connections, accounts), engine);
  const numbers = Array.from({ length: accounts }, (_, index) => index + 1);
  const appids = await Promise.all(numbers.map((number) => ground.addAccount(number, url)));
  return { ground, appids };
}

/** One account leaves some of the process's connections to others: all in all there are more than it may use. */
function countConnections(wanted: number, accounts: number): number {
  const { connections, accountConnections } = ENGINE_LIMITS;
  return accounts === 1 ? Math.ceil((wanted * connections) / accountConnections) : wanted;
}

/** Everybody has a grant; what is to be drained is accepted. */
async function prepare(order: SendOrder): Promise<object> {
  gateway ??= await open(order);
  const { ground, appids } = gateway;
  slots = Array.from({ length: order.sends }, (_, index) => {
    const number = slotCount + index;
    const appid = appids[number % appids.length];
    if (appid === undefined) throw new Error("there are accounts");
    return { number, slot: buildSlot(appid, number) };
  });
  slotCount += order.sends;
  let next = 0;
  await onTracks(ACCEPTS_AT_ONCE, async () => {
    const one = slots[next++];
    if (one === undefined) return false;
    const now = ground.world.now();
    await ground.store.importGrant(one.slot, now, now);
    return true;
  });
  if (order.isThrough !== true) await accept(ground);
  await setImmediate(); // By now listeners were told of these.
  return {};
}

async function accept({ store, world }: GatewayGround): Promise<void> {
  let next = 0;
  await onTracks(ACCEPTS_AT_ONCE, async () => {
    const one = slots[next++];
    if (one === undefined) return false;
    const { kind } = await store.accept(buildAcceptance(one.slot, one.number, world.now()));
    if (kind !== "accepted") throw new Error(`a message was not accepted: ${kind}`);
    return true;
  });
}

async function drain({ sends, isThrough }: SendOrder): Promise<void> {
  if (gateway === undefined) throw new Error("nothing is prepared");
  const { store } = gateway.ground;
  const engine = gateway.ground.buildEngine();
  const drained = new Promise<void>((resolve) => {
    // What is accepted now is told of twice: when it is queued, and when it is delivered.
    let left = isThrough === true ? sends * 2 : sends;
    store.onChange((changed) => {
      // A word for whoever missed some: what was sent is counted already.
      if (changed === "unknown") return;
      left -= changed.length;
      if (left <= 0) resolve();
    });
  });
  engine.start();
  if (isThrough === true) await accept(gateway.ground);
  await drained;
  await engine.stop();
}

answerCalls<SenderSide>(
  {
    prepare,
    run: (order) => measure(() => drain(order)),
    usage: readUsage,
  },
  async () => gateway?.ground[Symbol.asyncDispose](),
);
