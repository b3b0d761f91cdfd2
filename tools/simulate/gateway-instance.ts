import { createSealer, DeliveryEngine, type Store } from "@yici/gateway";
import type { Log, LogFields, World } from "@yici/runtime";
import { Chance } from "../fuzz/chance.ts";
import { createActorWorld } from "./actor-world.ts";
import type { Network } from "./network.ts";
import type { HistoryRecord } from "./record.ts";
import { connectStore, MEANT } from "./store-connection.ts";
import { Actor, type Timeline } from "./timeline.ts";

export interface InstanceGround {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly record: HistoryRecord;
  readonly network: Network;
  /** The one database that all instances share. */
  readonly store: Store;
  readonly keys: readonly [Uint8Array, ...Uint8Array[]];
}

/** One process of the gateway, as long as it lives. */
export interface LivingProcess {
  readonly actor: Actor;
  readonly world: World;
  readonly store: Store;
  readonly engine: DeliveryEngine;
}

/** A place for a process of the gateway: what dies here is started again. */
export class GatewayInstance {
  readonly name: string;
  readonly #ground: InstanceGround;
  #living: LivingProcess | undefined;
  #lives = 0;
  #dueListener: (() => void) | undefined;

  constructor(name: string, ground: InstanceGround) {
    this.name = name;
    this.#ground = ground;
  }

  /** The process that runs here, if one does. */
  get living(): LivingProcess | undefined {
    return this.#living;
  }

  start(): void {
    if (this.#living !== undefined) return;
    const { timeline, chance, network, record, keys } = this.#ground;
    this.#lives += 1;
    const actor = new Actor(`${this.name}${this.#lives}`, timeline);
    const world = createActorWorld({
      actor,
      timeline,
      chance: new Chance(chance.below(2 ** 32)),
      dispatcher: network.createDispatcherFor(actor),
      log: createJudgingLog(actor, record),
    });
    const store = connectStore({
      ...this.#ground,
      actor,
      conditions: () => network.conditions,
      onDue: (listener) => void (this.#dueListener = listener),
    });
    const engine = new DeliveryEngine({ store, world, sealer: createSealer(keys, world) });
    this.#living = { actor, world, store, engine };
    record.note(actor.name, () => "starts");
    engine.start();
  }

  /** The process is gone in the middle of whatever it did. */
  crash(): void {
    const living = this.#living;
    if (living === undefined) return;
    this.#ground.record.note(living.actor.name, () => "crashes");
    this.#forget(living);
  }

  /** The process ends in good order; resolves when it has. */
  async stop(): Promise<void> {
    const living = this.#living;
    if (living === undefined) return;
    this.#ground.record.note(living.actor.name, () => "is asked to stop");
    await living.engine.stop();
    if (this.#living !== living) return;
    this.#ground.record.note(living.actor.name, () => "has stopped");
    this.#forget(living);
  }

  /** Hears the store's word that something is due. */
  tellDue(): void {
    const listener = this.#dueListener;
    if (listener !== undefined) this.#living?.actor.at(this.#ground.chance.below(3), listener);
  }

  #forget({ actor }: LivingProcess): void {
    actor.end();
    this.#living = undefined;
    this.#dueListener = undefined;
  }
}

/** Whatever the gateway calls an error, and the simulation did not mean, is one. */
function createJudgingLog(actor: Actor, record: HistoryRecord): Log {
  const note = (fields: LogFields, sentence: string): void =>
    record.note(actor.name, () => `logs: ${sentence} ${describe(fields["err"])}`);
  return {
    debug: note,
    info: note,
    warn: note,
    error(fields, sentence) {
      note(fields, sentence);
      const { err } = fields;
      if (err instanceof Error && err.cause !== MEANT) {
        record.violate("the gateway meets no error that nobody meant", describe(err));
      }
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `(${error.message}${cause})`;
}
