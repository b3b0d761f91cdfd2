import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { buildEnvironment, FLAGS, SOURCE } from "yici/launch-config";

/** What a process has used since it began. */
export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** A question that crosses to another process, and its answer; both are JSON. */
type Call = (...parts: never[]) => Promise<object>;

/** A process that takes part in a measurement, known by the calls that it answers. */
export class Side<
  Calls extends { readonly [name in keyof Calls]: Call },
> implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts one of the programs of this folder, by its file name. */
  static start<Calls extends { readonly [name in keyof Calls]: Call }>(file: string): Side<Calls> {
    const execArgv = [SOURCE, "--expose-gc"];
    return new Side(fork(new URL(file, import.meta.url), { execArgv }));
  }

  /** The same in a Node as `yici` runs in: for what is measured, and not for what it is measured beside. */
  static startAsYici<Calls extends { readonly [name in keyof Calls]: Call }>(
    file: string,
  ): Side<Calls> {
    const execArgv = [...FLAGS, SOURCE, "--expose-gc"];
    return new Side(fork(new URL(file, import.meta.url), { execArgv, env: buildEnvironment() }));
  }

  /** One call at a time. Rejects when the process ends instead. */
  call<Name extends keyof Calls & string>(
    name: Name,
    ...parts: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const fail = (): void =>
        reject(new Error("a side of the benchmark ended early; what it said stands above"));
      child.once("exit", fail);
      child.once("message", (answer: Awaited<ReturnType<Calls[Name]>>) => {
        child.off("exit", fail);
        resolve(answer);
      });
      child.send({ name, parts });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, "exit");
  }
}

/** Lets the process answer its parent's calls, until the parent lets go of it. */
export function answerCalls<Calls extends { readonly [name in keyof Calls]: Call }>(
  calls: Calls,
  stop: () => Promise<void>,
): void {
  process.on("message", ({ name, parts }: { name: keyof Calls; parts: never[] }) => {
    calls[name](...parts).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exitCode = 1;
        process.disconnect?.();
      },
    );
  });
  process.once("disconnect", () => void stop());
}

/** What this process has used. */
export async function readUsage(): Promise<Usage> {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage().rss };
}
