import type { AccountRecord, LinkRecord, Store } from "@yici/gateway";
import type { Platform } from "@yici/platform";
import type { OpenId } from "@yici/protocol";
import type { Chance } from "../fuzz/chance.ts";
import type { GatewayInstance, InstanceGround, LivingProcess } from "./gateway-instance.ts";
import type { Network } from "./network.ts";
import type { HistoryRecord } from "./record.ts";
import type { Actor, Timeline } from "./timeline.ts";

/** Somebody with a phone and a browser of their own. */
export interface SimulatedPerson {
  readonly id: string;
  readonly openid: OpenId;
  /** The value of the cookie that their browser keeps. */
  readonly browser: string;
}

/** What those who act in a history have at hand. */
export interface PlayGround {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly record: HistoryRecord;
  readonly platform: Platform;
  readonly network: Network;
  /** The database itself, beside the ways on which the gateways reach it. */
  readonly store: Store;
  readonly instances: readonly GatewayInstance[];
  readonly account: AccountRecord;
  readonly keys: InstanceGround["keys"];
  /** One for each scene. */
  readonly links: readonly LinkRecord[];
  readonly people: readonly SimulatedPerson[];
  /** Everybody outside of the processes: people, developers, operators, attackers. */
  readonly crowd: Actor;
  /** When faults stop. */
  readonly calmAt: number;
}

/** One of the gateways that run, as a load balancer picks it; none when none runs. */
export function pickProcess({ instances, chance }: PlayGround): LivingProcess | undefined {
  const living = instances.flatMap(({ living: process }) =>
    process === undefined ? [] : [process],
  );
  return living.length === 0 ? undefined : chance.pick(living);
}

/** How long anybody waits for an answer of a gateway. */
const PATIENCE_MS = 20_000;

/** What somebody who asks a gateway hears; nothing when it dies, or fails, or takes too long. */
export function askPatiently<T>({ crowd }: PlayGround, asked: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = crowd.at(PATIENCE_MS, () => resolve(undefined));
    const hear = (answer: T | undefined): void => {
      cancel();
      resolve(answer);
    };
    asked.then(hear, () => hear(undefined));
  });
}

/** Resolves after a time, for somebody in the crowd. */
export function wait({ crowd }: PlayGround, ms: number): Promise<void> {
  return new Promise((resolve) => void crowd.at(ms, resolve));
}
