import type { ConstantSide } from "./constant-side.ts";
import type { GatewayFairSide, Race } from "./gateway-fair-side.ts";
import type { Engine } from "./send-order.ts";
import { Side } from "./side.ts";

export interface FairOptions {
  /** Due messages of the one account. */
  readonly many: number;
  readonly engines: readonly Engine[];
}

/** Accounts beside the one, and what is due of each. */
const OTHERS = 99;
const FEW = 10;
/** The share of the many that may have been sent when all others' messages were. */
const SHARE_MAX = 0.02;

/**
 * One account with a million messages due, and 99 with ten each that became due after them: how many of the million are
 * sent before all of the others' are. The run ends as soon as that is decided.
 */
export async function benchFair({ many, engines }: FairOptions): Promise<object> {
  const results: [Engine, object][] = [];
  for (const engine of engines) results.push([engine, conclude(await race(engine, many), many)]);
  return { name: "fair", ...Object.fromEntries(results) };
}

async function race(engine: Engine, many: number): Promise<Race> {
  await using server = Side.start<ConstantSide>("constant-side.ts");
  await using gateway = Side.startAsYici<GatewayFairSide>("gateway-fair-side.ts");
  const { url } = await server.call("listen", 0);
  const counts = { many, few: FEW, others: OTHERS, manyMax: Math.ceil(many * SHARE_MAX) };
  const { elapsedMs } = await gateway.call("prepare", { engine, url, ...counts });
  process.stderr.write(
    `${engine}: ${many} and ${OTHERS * FEW} due, in ${elapsedMs.toFixed(0)} ms\n`,
  );
  const ended = await gateway.call("run");
  const { count } = await server.call("takeCount");
  if (count < ended.ofMany + ended.ofFew) throw new Error("more was settled than arrived");
  process.stderr.write(
    `${engine}: ${ended.ofFew} of the others' and ${ended.ofMany} of the one's sent in ${ended.elapsedMs.toFixed(0)} ms\n`,
  );
  return ended;
}

function conclude({ ofMany, ofFew, elapsedMs }: Race, many: number): object {
  return {
    is_fair: ofFew === OTHERS * FEW && ofMany < many * SHARE_MAX,
    share: Number((ofMany / many).toFixed(5)),
    others_sent: ofFew,
    elapsed_ms: Math.round(elapsedMs),
  };
}
