import { readChildrenCpu } from "./children-cpu.ts";
import type { Usage } from "./side.ts";

/** What a store stands on. */
export type Engine = "sqlite" | "postgres";

/** What a sender is to do. */
export interface SendOrder {
  readonly url: string;
  readonly sends: number;
  /** Sends in flight at once. */
  readonly connections: number;
  /** Of a gateway: what its store stands on. */
  readonly engine?: Engine;
  /** Of a gateway: how many accounts share the messages. Default 1, as the others have. */
  readonly accounts?: number | undefined;
  /** Of a gateway: messages are accepted while they are sent, and not before. */
  readonly isThrough?: boolean;
}

/** What a sender needed. */
export interface SendRun {
  readonly elapsedMs: number;
  /** CPU time of its whole process. */
  readonly cpuUs: number;
  /** CPU time of the processes it has started: a database server's. */
  readonly childrenCpuUs: number;
}

/** A process that sends messages to the constant server. */
export interface SenderSide {
  /** Everything that is not measured. */
  prepare(order: SendOrder): Promise<object>;
  /** Sends what was prepared. */
  run(order: SendOrder): Promise<SendRun>;
  usage(): Promise<Usage>;
}

/** What every message of a benchmark says. */
export const CONTENT = {
  title: "到货提醒",
  content: "您预订的书到货了，请到前台领取。",
  color: "#C2571A",
} as const;

/** The time and the CPU that a piece of work takes. */
export async function measure(work: () => Promise<void>): Promise<SendRun> {
  const childrenCpuUs = readChildrenCpu();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedMs, cpuUs: user + system, childrenCpuUs: readChildrenCpu() - childrenCpuUs };
}

/** Runs `work` until it answers false, on `count` tracks at once. */
export async function onTracks(count: number, work: () => Promise<boolean>): Promise<void> {
  const track = async (): Promise<void> => {
    while (await work()) {
      // The work is what this loop is for.
    }
  };
  await Promise.all(Array.from({ length: count }, track));
}
