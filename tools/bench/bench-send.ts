import type { ConstantSide } from "./constant-side.ts";
import { medianOf } from "./median.ts";
import type { SenderSide, SendOrder } from "./send-order.ts";
import { Side } from "./side.ts";

export interface SendOptions {
  readonly name: string;
  readonly rounds: number;
  readonly sends: number;
  readonly connections: number;
  /** How long the server takes to answer. */
  readonly latencyMs: number;
  /** The senders by their names in the closing line; `reference` is among them. */
  readonly senders: Readonly<Record<string, Sender>>;
}

/** A sender's program, and what it is told beside the rest. */
export interface Sender extends Pick<SendOrder, "accounts" | "engine" | "isThrough"> {
  readonly file: string;
}

/** One sender's figures of one round. */
interface Figures {
  readonly perSecond: number;
  /** CPU time of the sender's process for one message, in microseconds. */
  readonly cpuUs: number;
  /** CPU time of its database server for one message, if it has one. */
  readonly databaseCpuUs: number;
  /** CPU time of the server's process for one message. */
  readonly serverCpuUs: number;
}

type Round = ReadonlyMap<string, Figures>;

/** Peers are slow and only have to be slower: a share of the messages will do. */
const PEERS: readonly string[] = ["co-wechat-api", "node-easywechat"];
const PEER_SHARE = 0.1;

/**
 * Accepted messages drained beside a bare loop and two SDKs that send over as many connections to the same server. The
 * senders alternate; each is a process of its own; the server counts what arrives.
 */
export async function benchSend(options: SendOptions): Promise<object> {
  await using server = Side.start<ConstantSide>("constant-side.ts");
  await using stack = new AsyncDisposableStack();
  const senders = Object.entries(options.senders).map(
    ([name, sender]) => [name, stack.use(startSender(sender))] as const,
  );
  const { url } = await server.call("listen", options.latencyMs);
  const rounds: Round[] = [];
  // The first round warms all sides up and does not count.
  for (let number = 0; number <= options.rounds; number += 1) {
    const round = new Map<string, Figures>();
    for (const [name, sender] of number % 2 === 0 ? senders : senders.toReversed()) {
      round.set(name, await measure(server, sender, buildOrder(name, url, options)));
    }
    tell(number, round);
    if (number > 0) rounds.push(round);
  }
  return conclude(options.name, rounds);
}

/** What has an engine is ours. */
function startSender({ file, engine }: Sender): Side<SenderSide> {
  return engine === undefined ? Side.start(file) : Side.startAsYici(file);
}

function buildOrder(name: string, url: string, options: SendOptions): SendOrder {
  const { sends, connections, senders } = options;
  const share = PEERS.includes(name) ? PEER_SHARE : 1;
  return { ...senders[name], url, sends: Math.ceil(sends * share), connections };
}

async function measure(
  server: Side<ConstantSide>,
  sender: Side<SenderSide>,
  order: SendOrder,
): Promise<Figures> {
  await sender.call("prepare", order);
  const before = await server.call("usage");
  const { elapsedMs, cpuUs, childrenCpuUs } = await sender.call("run", order);
  const after = await server.call("usage");
  const { count } = await server.call("takeCount");
  if (count !== order.sends) throw new Error(`${order.sends} sends, of which ${count} arrived`);
  return {
    perSecond: (count / elapsedMs) * 1_000,
    cpuUs: cpuUs / count,
    databaseCpuUs: childrenCpuUs / count,
    serverCpuUs: (after.cpuUs - before.cpuUs) / count,
  };
}

function tell(number: number, round: Round): void {
  const reference = round.get("reference");
  const lines = [...round].map(([name, { perSecond, cpuUs, databaseCpuUs, serverCpuUs }]) => {
    const ratio = (perSecond / (reference?.perSecond ?? Number.NaN)).toFixed(2);
    return `${name} ${perSecond.toFixed(0)}/s (${ratio}) at ${cpuUs.toFixed(1)} + ${databaseCpuUs.toFixed(1)} µs, server ${serverCpuUs.toFixed(1)} µs`;
  });
  process.stderr.write(`${number === 0 ? "warm-up" : `round ${number}`}: ${lines.join("; ")}\n`);
}

/** The closing line: medians, each engine's and peer's ratio to the reference of the same round. */
function conclude(name: string, rounds: readonly Round[]): object {
  const median = (sender: string, read: (figures: Figures, reference: Figures) => number): number =>
    Number(
      medianOf(
        rounds.flatMap((round) => {
          const [figures, reference] = [round.get(sender), round.get("reference")];
          return figures === undefined || reference === undefined ? [] : [read(figures, reference)];
        }),
      ).toFixed(3),
    );
  const sum = (sender: string): object => ({
    ratio: median(sender, (figures, reference) => figures.perSecond / reference.perSecond),
    per_second: median(sender, ({ perSecond }) => perSecond),
    cpu_us: median(sender, ({ cpuUs }) => cpuUs),
    cpu_ratio: median(sender, (figures, reference) => figures.cpuUs / reference.cpuUs),
    database_cpu_us: median(sender, ({ databaseCpuUs }) => databaseCpuUs),
    server_cpu_us: median(sender, ({ serverCpuUs }) => serverCpuUs),
  });
  const names = [...(rounds[0]?.keys() ?? [])];
  const engines = names.filter((sender) => !PEERS.includes(sender));
  const peers = names.filter((sender) => PEERS.includes(sender));
  return {
    name,
    ...Object.fromEntries(engines.map((sender) => [sender, sum(sender)])),
    peers: Object.fromEntries(peers.map((sender) => [sender, sum(sender)])),
  };
}
