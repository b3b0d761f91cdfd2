import type { DeliveryEngine } from "@yici/gateway";
import { type GatewayGround, openGroundOn } from "./gateway-ground.ts";
import { known } from "./known.ts";
import { readPeakRss } from "./peak-rss.ts";
import { measure, type SendRun } from "./send-order.ts";
import { answerCalls } from "./side.ts";

/** Messages that are due together, all of those that are. */
export interface Slice {
  readonly dueAt: number;
  readonly count: number;
}

/** What this side answers. */
export interface GatewayScaleSide {
  /** Opens the file of a gateway that was there before. */
  open(path: string, connections: number): Promise<object>;
  /** Makes it the instant at which a slice is due, and drains that. */
  drain(slice: Slice): Promise<SendRun>;
  /** The most memory that this process has had. */
  peak(): Promise<{ readonly rssBytes: number }>;
}

/** A gateway whose clock the benchmark moves on, from one slice to the next. */
let opened: GatewayGround | undefined;
let engine: DeliveryEngine | undefined;

async function drain({ dueAt, count }: Slice): Promise<void> {
  const ground = known(opened);
  const { store, world } = ground;
  const aheadMs = dueAt - world.now();
  engine = ground.buildEngine({ ...world, now: () => world.now() + aheadMs });
  const drained = new Promise<void>((resolve, reject) => {
    let left = count;
    store.onChange((changed) => {
      if (changed === "unknown") return reject(new Error("what has changed cannot be counted"));
      left -= changed.length;
      if (left <= 0) resolve();
    });
  });
  engine.start();
  await drained;
  await engine.stop();
}

answerCalls<GatewayScaleSide>(
  {
    async open(path, connections) {
      opened = await openGroundOn({ kind: "sqlite", path }, connections);
      return {};
    },
    drain: (slice) => measure(() => drain(slice)),
    async peak() {
      return { rssBytes: readPeakRss() };
    },
  },
  async () => {
    // Still running when the benchmark was broken off.
    await engine?.stop();
    await opened?.[Symbol.asyncDispose]();
  },
);
