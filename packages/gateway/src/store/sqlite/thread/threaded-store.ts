import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StoreError } from "@yici/protocol";
import type { World } from "@yici/runtime";
import type { RetryPolicy } from "../../../deliveries/retry-policy.ts";
import { KnownAccounts } from "../../known-accounts.ts";
import type { Store } from "../../store.ts";
import { unpackFailure } from "./failure.ts";
import { packQuestion, unpackAnswer } from "./parcel.ts";
import type {
  AnswersMessage,
  Call,
  Calls,
  CallsMessage,
  ThreadMessage,
  ThreadOrder,
} from "./thread-messages.ts";

export interface ThreadedStoreOptions {
  readonly path: string;
  readonly world: Pick<World, "now" | "defer">;
  readonly policy?: Partial<RetryPolicy>;
  /** The thread has ended by itself: nothing can be stored any more. Calls that were under way have failed. */
  readonly onCrash: (error: Error) => void;
  /** The thread's program, where a test has another one. */
  readonly program?: URL;
}

/**
 * Opens a store on a SQLite file in a thread of its own, so that a sync to disk stops no socket. Calls made in one turn
 * travel in few messages, answers of one commit in one. Throws what the store's opening throws.
 */
export async function openThreadedStore(options: ThreadedStoreOptions): Promise<Store> {
  const { path, world, policy = {}, program = PROGRAM } = options;
  const workerData: ThreadOrder = { path, policy, now: world.now() };
  const thread = new Worker(program, { workerData, name: "store", resourceLimits });
  const [message] = (await once(thread, "message")) as [ThreadMessage];
  if (message.kind === "failed") throw unpackFailure(message.failure);
  return buildStore(new Switchboard(thread, options));
}

/** What it makes is short-lived and mostly text: a larger young generation is memory and no gain. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 };

/** Beside this file, in the language that this file is in. */
const PROGRAM = new URL(`./store-thread.${import.meta.url.split(".").at(-1)}`, import.meta.url);

/** Every method that is a call; the compiler says which are missing. */
const CALLS: Readonly<Record<keyof Calls, true>> = {
  accept: true,
  addAccount: true,
  addKey: true,
  addLink: true,
  advance: true,
  cancel: true,
  claimToken: true,
  close: true,
  confirm: true,
  countDecisions: true,
  decline: true,
  findAccepted: true,
  findAccount: true,
  findAccountByCode: true,
  findAccountState: true,
  findComponent: true,
  findKeyByHash: true,
  findLink: true,
  findMessage: true,
  findNextDueAt: true,
  findPause: true,
  findSetting: true,
  findSlot: true,
  findToken: true,
  importGrant: true,
  lease: true,
  listAccounts: true,
  listComponents: true,
  listDueAccounts: true,
  listEvents: true,
  listGrants: true,
  listKeys: true,
  listLinks: true,
  listMessages: true,
  pauseAccount: true,
  putComponent: true,
  putSetting: true,
  reinstateGrant: true,
  releaseLease: true,
  replaceAccount: true,
  replaceToken: true,
  resumeAccount: true,
  revokeKey: true,
  saveTicket: true,
  sweep: true,
};

function buildStore(switchboard: Switchboard): Store {
  const names = Object.keys(CALLS) as (keyof Calls)[];
  const calls = Object.fromEntries(
    names.map((name) => [name, (...parts: unknown[]) => switchboard.call(name, parts)]),
  );
  const store = calls as unknown as Calls;
  // Nobody else can open the file, so an account is what this thread last saw of it.
  const accounts = new KnownAccounts((code) => store.findAccountByCode(code));
  return {
    ...store,
    findAccountByCode: (code) => accounts.find(code),
    replaceAccount: (account) => accounts.change(() => store.replaceAccount(account)),
    onDue: (listener) => switchboard.onDue(listener),
    onChange: (listener) => switchboard.onChange(listener),
    close: () => switchboard.close(),
  };
}

interface Caller {
  readonly name: keyof Calls;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Carries calls over and answers back. */
class Switchboard {
  readonly #thread: Worker;
  readonly #world: ThreadedStoreOptions["world"];
  readonly #onCrash: ThreadedStoreOptions["onCrash"];
  readonly #callers = new Map<number, Caller>();
  #calls: Call[] = [];
  #number = 0;
  #closing: Promise<void> | undefined;
  #crash: Error | undefined;
  #dueListener: Parameters<Store["onDue"]>[0] = () => undefined;
  #changeListener: Parameters<Store["onChange"]>[0] = () => undefined;

  constructor(thread: Worker, { world, onCrash }: ThreadedStoreOptions) {
    this.#thread = thread;
    this.#world = world;
    this.#onCrash = onCrash;
    thread.on("message", (message: AnswersMessage) => this.#answer(message));
    thread.once("error", (error: Error) => this.#end(error));
    thread.once("exit", (code) => this.#end(new Error(`it ended with code ${code}`)));
  }

  call(name: keyof Calls, parts: readonly unknown[]): Promise<unknown> {
    if (this.#closing !== undefined || this.#crash !== undefined) {
      const cause = this.#crash ?? new Error("the store was closed");
      return Promise.reject(new StoreError(NOT_WRITTEN, { isCommitUnknown: false, cause }));
    }
    return this.#send(name, parts);
  }

  onDue(listener: Parameters<Store["onDue"]>[0]): void {
    this.#dueListener = listener;
  }

  onChange(listener: Parameters<Store["onChange"]>[0]): void {
    this.#changeListener = listener;
  }

  /** What was asked before is written first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#crash !== undefined) return;
    const ended = once(this.#thread, "exit");
    await this.#send("close", []);
    await ended;
  }

  #send(name: keyof Calls, parts: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#number += 1;
      this.#callers.set(this.#number, { name, resolve, reject });
      const count = this.#calls.push([this.#number, name, packQuestion(name, parts)]);
      if (count === 1) this.#world.defer(() => this.#flush());
      // A long turn's first calls go ahead, so that both threads work at the same time and not by turns.
      if (count === CALLS_MAX) this.#flush();
    });
  }

  #flush(): void {
    if (this.#calls.length === 0) return;
    const message: CallsMessage = { now: this.#world.now(), calls: this.#calls };
    this.#calls = [];
    this.#thread.postMessage(message);
  }

  #answer({ answers, failures, isDue, changed }: AnswersMessage): void {
    for (const [number, answer] of answers) {
      const caller = this.#take(number);
      caller?.resolve(unpackAnswer(caller.name, answer));
    }
    for (const [number, failure] of failures) this.#take(number)?.reject(unpackFailure(failure));
    if (isDue) this.#dueListener();
    if (changed.length > 0) this.#changeListener(changed);
  }

  #take(number: number): Caller | undefined {
    const caller = this.#callers.get(number);
    this.#callers.delete(number);
    return caller;
  }

  /** The thread has ended. Nobody can say what became of the calls that were under way. */
  #end(cause: Error): void {
    const isExpected = this.#closing !== undefined && this.#callers.size === 0;
    if (isExpected || this.#crash !== undefined) return;
    this.#crash = new Error("the database's thread has ended", { cause });
    const failure = new StoreError(UNKNOWN, { isCommitUnknown: true, cause: this.#crash });
    for (const { reject } of this.#callers.values()) reject(failure);
    this.#callers.clear();
    this.#onCrash(this.#crash);
  }
}

/** Calls in one message. */
const CALLS_MAX = 32;

const NOT_WRITTEN = "the fact was not written";
const UNKNOWN = "nobody can say whether the commit happened";
