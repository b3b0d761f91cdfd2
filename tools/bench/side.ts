import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** What a side process is asked for; each is answered with one message. */
export type Ask =
  | { readonly kind: "prepare"; readonly sends: number }
  | { readonly kind: "usage" }
  | { readonly kind: "load"; readonly target: Target };

/** Where the load goes: slots are all pairs of an openid and a scene, in this order. */
export interface Target {
  readonly port: number;
  readonly token: string;
  readonly openids: readonly string[];
  readonly scenes: readonly number[];
  readonly connections: number;
}

/** What a process has used since it began. */
export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** What came of a load. */
export interface Load {
  readonly elapsedMs: number;
  readonly sends: number;
  /** Answers whose errcode was 0. */
  readonly accepted: number;
}

/** A process that takes part in a measurement. */
export class Side implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts one of the programs of this folder, by its file name. */
  static start(file: string): Side {
    return new Side(
      fork(new URL(file, import.meta.url), { execArgv: ["--conditions=@yici/source"] }),
    );
  }

  prepare(sends: number): Promise<Target> {
    return this.#ask<Target>({ kind: "prepare", sends });
  }

  usage(): Promise<Usage> {
    return this.#ask<Usage>({ kind: "usage" });
  }

  load(target: Target): Promise<Load> {
    return this.#ask<Load>({ kind: "load", target });
  }

  #ask<T>(ask: Ask): Promise<T> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        reject(new Error("a side of the benchmark ended early; what it said stands above"));
      child.once("exit", fail);
      child.once("message", (answer: T) => {
        child.off("exit", fail);
        resolve(answer);
      });
      child.send(ask);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, "exit");
  }
}

/** Lets the process answer what its parent asks, until the parent lets go of it. */
export function answerAsks(answer: (ask: Ask) => Promise<object>, stop: () => Promise<void>): void {
  process.on("message", (ask: Ask) => {
    answer(ask).then(
      (reply) => process.send?.(reply),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exitCode = 1;
        process.disconnect?.();
      },
    );
  });
  process.once("disconnect", () => void stop());
}

/** The answer to "usage". */
export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage().rss };
}
