import type { World } from "@yici/runtime";
import type { FaultInput } from "./fault-input.ts";
import type { Fault } from "./fault.ts";
import { createSeededChance } from "./seeded-chance.ts";

interface LiveFault {
  readonly id: number;
  readonly input: FaultInput;
  readonly chance: () => number;
  struckCount: number;
}

/** The faults in force. They are instruments, not state: they end with the process. */
export class Faults {
  readonly #world: Pick<World, "randomBytes">;
  readonly #live = new Map<number, LiveFault>();
  #lastId = 0;

  constructor(world: Pick<World, "randomBytes">) {
    this.#world = world;
  }

  get count(): number {
    return this.#live.size;
  }

  /** In the order in which they were added, which is the order in which they are tried. */
  list(): readonly Fault[] {
    return [...this.#live.values()].map(describe);
  }

  add(input: FaultInput): Fault {
    this.#lastId += 1;
    const seed = input.seed ?? this.#world.randomBytes(16).toString("hex");
    const fault = { id: this.#lastId, input, chance: createSeededChance(seed), struckCount: 0 };
    this.#live.set(fault.id, fault);
    return describe(fault);
  }

  /** Answers whether there was such a fault. */
  remove(id: number): boolean {
    return this.#live.delete(id);
  }

  clear(): void {
    this.#live.clear();
  }

  /** The fault that strikes this call, if any: one at most. */
  draw(endpoint: string, appid: string | undefined): FaultInput | undefined {
    for (const fault of this.#live.values()) {
      if (!isAimedAt(fault.input, endpoint, appid)) continue;
      if (fault.chance() >= (fault.input.probability ?? 1)) continue;
      this.#strike(fault);
      return fault.input;
    }
    return undefined;
  }

  #strike(fault: LiveFault): void {
    fault.struckCount += 1;
    if (fault.struckCount === fault.input.count) this.#live.delete(fault.id);
  }
}

function isAimedAt(fault: FaultInput, endpoint: string, appid: string | undefined): boolean {
  return (
    (fault.endpoint === undefined || fault.endpoint === endpoint) &&
    (fault.appid === undefined || fault.appid === appid)
  );
}

function describe({ id, input, struckCount }: LiveFault): Fault {
  return { ...input, id, struckCount };
}
