import { strict as assert } from "node:assert";
import { parentPort, workerData } from "node:worker_threads";
import { createWorld, silentLog } from "@yici/runtime";
import type { Changed } from "../../store.ts";
import { SqliteStore } from "../sqlite-store.ts";
import { packFailure, type Failure } from "./failure.ts";
import { packAnswer, unpackQuestion } from "./parcel.ts";
import type { Call, CallsMessage, ThreadMessage, ThreadOrder } from "./thread-messages.ts";

/**
 * The program of the database's thread: opens the store, runs the calls it is told of, and answers those of one commit
 * in one message. It ends when the store was closed.
 */
const port = parentPort;
assert(port !== null, "this is a thread's program");
const { path, policy, now } = workerData as ThreadOrder;
const clock = { now };
const world = { ...createWorld({ log: silentLog }), now: () => clock.now };
const post = (message: ThreadMessage): void => port.postMessage(message);

try {
  serve(SqliteStore.open({ path, policy, world }));
  post({ kind: "opened" });
} catch (error) {
  post({ kind: "failed", failure: packFailure(error) });
}

function serve(store: SqliteStore): void {
  const outbox = createOutbox();
  store.onDue(outbox.noteDue);
  store.onChange(outbox.noteChange);
  port?.on("message", (message: CallsMessage) => {
    clock.now = message.now;
    for (const call of message.calls) void run(store, call, outbox);
  });
}

async function run(store: SqliteStore, [number, name, parts]: Call, outbox: Outbox): Promise<void> {
  try {
    // The other thread's types saw to it that the parts fit the name.
    const method = store[name === "lease" ? "leaseText" : name] as Method;
    const answer = await method.apply(store, [...unpackQuestion(name, parts)]);
    outbox.answer(number, packAnswer(name, answer));
  } catch (error) {
    outbox.fail(number, packFailure(error));
  }
  // After the message that says so.
  if (name === "close") world.defer(() => port?.close());
}

type Method = (...parts: unknown[]) => Promise<unknown>;

interface Outbox {
  answer(number: number, answer: unknown): void;
  fail(number: number, failure: Failure): void;
  readonly noteDue: () => void;
  readonly noteChange: (changed: Changed) => void;
}

/** What is to be told at the end of the turn: a commit's answers, and what it may have made due or changed. */
function createOutbox(): Outbox {
  let answers: (readonly [number, unknown])[] = [];
  let failures: (readonly [number, Failure])[] = [];
  let changed: Changed = [];
  let isDue = false;
  let isScheduled = false;
  const send = (): void => {
    isScheduled = false;
    post({ kind: "answers", answers, failures, isDue, changed });
    [answers, failures, changed, isDue] = [[], [], [], false];
  };
  const schedule = (): void => {
    if (!isScheduled) world.defer(send);
    isScheduled = true;
  };
  return {
    answer(number, answer) {
      answers.push([number, answer]);
      schedule();
    },
    fail(number, failure) {
      failures.push([number, failure]);
      schedule();
    },
    noteDue() {
      isDue = true;
      schedule();
    },
    noteChange(more) {
      changed = changed === "unknown" || more === "unknown" ? "unknown" : [...changed, ...more];
      schedule();
    },
  };
}
