import type { Actor, Timeline } from "./timeline.ts";

/** A person and a scene: the place where one grant is at a time. */
export interface Place {
  readonly person: string;
  readonly scene: number;
}

/** One send of a message, as the network saw it. */
export interface SendRecord {
  /** The message's text, which no other message has. */
  readonly text: string;
  readonly sender: Actor;
  readonly startedAt: number;
  /** Whether the platform may still come to see it. */
  isInTransit: boolean;
  /** Whether the sender waits for its answer. */
  isAwaited: boolean;
  /** What the platform really decided, when it came to that. */
  decided: number | undefined;
  /** What a sender that was there to hear it was answered; `undefined`: nothing that proves anything. */
  answered: number | undefined;
}

/** A genuine callback, or a forged one that names somebody else's openid, as it came to a gateway. */
export interface ReceivedCallback extends Place {
  readonly rawQuery: string;
  readonly isForged: boolean;
  /** When the person decided at the platform; of a forged one, when it was made. */
  readonly decidedAt: number;
  /** When a gateway began to look at it. */
  readonly receivedAt: number;
}

/** One of which a gateway said that the consent is on record. */
export interface HeardCallback extends ReceivedCallback {
  readonly answeredAt: number;
}

/** A message that somebody asked for. */
export interface Order extends Place {
  readonly text: string;
  /** `null` leaves it to the account. */
  readonly whenInDoubt: "retry" | "stop" | null;
  /** The ids under which it was said to be accepted: no more than one. */
  readonly promisedIds: Set<string>;
}

/** What was seen from outside in one history. */
export class HistoryRecord {
  readonly violations: string[] = [];
  readonly sends: SendRecord[] = [];
  /** Confirmations at the platform, whether a gateway ever heard of them or not. */
  readonly confirmed: (Place & { readonly at: number })[] = [];
  readonly received: ReceivedCallback[] = [];
  readonly heard: HeardCallback[] = [];
  readonly orders: Order[] = [];
  /** Messages of which a developer was told that they are cancelled, by id. */
  readonly cancelled = new Set<string>();
  /** Sends by somebody else that the platform answered 0. */
  readonly foreign: (Place & { readonly at: number })[] = [];
  /** When a person began to refuse the account's messages. */
  readonly refusals: { readonly person: string; readonly at: number }[] = [];
  readonly faults = new Map<string, number>();
  readonly #timeline: Timeline;
  readonly #lines: string[] | undefined;

  /** Lines are kept only where somebody will read them. */
  constructor(timeline: Timeline, isLogged: boolean) {
    this.#timeline = timeline;
    this.#lines = isLogged ? [] : undefined;
  }

  /** What happened, a line each. */
  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  note(who: string, tell: () => string): void {
    this.#lines?.push(`${formatInstant(this.#timeline.now)}  ${who.padEnd(9)} ${tell()}`);
  }

  countFault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  violate(rule: string, what: string): void {
    this.violations.push(`${rule}: ${what}`);
    this.note("VIOLATION", () => `${rule}: ${what}`);
  }
}

/** Minutes, seconds and milliseconds since the beginning. */
function formatInstant(ms: number): string {
  const [minutes, rest] = [Math.floor(ms / 60_000), ms % 60_000];
  return `${String(minutes).padStart(4, " ")}:${(rest / 1_000).toFixed(3).padStart(6, "0")}`;
}

/** Whether two things are about the same slot. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.person === other.person && one.scene === other.scene;
}

/** A place's name. */
export function namePlace({ person, scene }: Place): string {
  return `${person}/${scene}`;
}
