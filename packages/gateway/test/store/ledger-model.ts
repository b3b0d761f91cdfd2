/** What the platform, or nobody, answered. */
export type Answer =
  | "ok"
  | "no_grant"
  | "gone"
  | "bad_message"
  | "token"
  | "account"
  | "unsent"
  | "busy"
  | "unanswered";

export type Person = "ann" | "bob";
export type Strength = "unbound" | "bound";

interface ModelGrant {
  state: "available" | "held" | "spent" | "void";
  evidence: Strength;
  inDoubt: boolean;
}

export interface ModelAttempt {
  readonly lease: string;
  readonly generation: number;
  readonly startedAt: number;
  /** The platform's answer came, in time or late. */
  isAnswered: boolean;
}

export interface ModelMessage {
  readonly id: string;
  readonly person: Person;
  readonly minEvidence: Strength;
  readonly isPatient: boolean;
  readonly stops: boolean;
  readonly deadlineAt: number;
  dueAt: number;
  state: string;
  /** 0 none, 1 doubtful, 2 unanswered. */
  doubt: 0 | 1 | 2;
  unansweredAt: number;
  hasHeard: boolean;
  counted: number;
  tokenFaults: number;
  generation: number | undefined;
  lease: { readonly id: string; readonly endsAt: number } | undefined;
  readonly attempts: ModelAttempt[];
}

export type ModelAcceptance = Pick<
  ModelMessage,
  "id" | "person" | "minEvidence" | "isPatient" | "stops" | "deadlineAt" | "dueAt"
>;

interface ModelSlot {
  readonly grants: ModelGrant[];
  noted: Strength | undefined;
}

export interface ModelLimits {
  readonly attemptsMax: number;
  readonly doubtWindowMs: number;
  readonly leaseMs: number;
}

/**
 * The rules of the ledger told a second time, as plainly as they can be: one account, one scene, one browser a person,
 * retries due at once. It changes itself in place and knows nothing of storage; what it says, a store must show.
 */
export class LedgerModel {
  now = 0;
  isPaused = false;
  readonly messages: ModelMessage[] = [];
  readonly slots: Readonly<Record<Person, ModelSlot>> = {
    ann: { grants: [], noted: undefined },
    bob: { grants: [], noted: undefined },
  };
  readonly #limits: ModelLimits;

  constructor(limits: ModelLimits) {
    this.#limits = limits;
  }

  confirm(person: Person, evidence: Strength): void {
    const slot = this.slots[person];
    const grant = slot.grants.at(-1);
    const holder = this.#holder(person);
    if (grant === undefined || grant.state === "spent" || grant.state === "void") {
      slot.grants.push({ state: "available", evidence, inDoubt: false });
    } else if (holder?.state === "sending") {
      holder.hasHeard = true;
      slot.noted = stronger(slot.noted, evidence);
    } else if (holder !== undefined && holder.doubt > 0) {
      this.#endUncertain(holder);
      slot.grants.push({ state: "available", evidence, inDoubt: false });
    } else {
      grant.evidence = stronger(grant.evidence, evidence);
    }
    this.#serve(person);
  }

  /** The same callback again: it is heard, and that is all. */
  repeat(person: Person): void {
    const holder = this.#holder(person);
    if (holder?.state === "sending") holder.hasHeard = true;
    else if (holder !== undefined && holder.doubt > 0) this.#endUncertain(holder);
  }

  /** Answers whether it is taken on. */
  accept(asked: ModelAcceptance): boolean {
    const message: ModelMessage = {
      ...asked,
      state: "waiting",
      doubt: 0,
      unansweredAt: 0,
      hasHeard: false,
      counted: 0,
      tokenFaults: 0,
      generation: undefined,
      lease: undefined,
      attempts: [],
    };
    if (this.#canHold(message)) this.#hold(message);
    else if (!message.isPatient) return false;
    this.messages.push(message);
    return true;
  }

  /** Answers whether it is cancelled. */
  cancel(message: ModelMessage): boolean {
    const isIdle = ["scheduled", "waiting", "queued"].includes(message.state);
    if (!isIdle || message.doubt > 0) return false;
    this.#end(message, "cancelled");
    this.#release(message);
    return true;
  }

  /** Answers what is leased. */
  lease(id: string): readonly string[] {
    if (this.isPaused) return [];
    const due = this.messages.filter((message) => {
      const isFree = message.lease === undefined || message.lease.endsAt <= this.now;
      const isReady = message.state === "scheduled" || (message.state === "queued" && isFree);
      return isReady && message.dueAt <= this.now && this.#closesAt(message) > this.now;
    });
    for (const message of due) {
      message.state = "queued";
      message.lease = { id, endsAt: this.now + this.#limits.leaseMs };
    }
    return due.map((message) => message.id);
  }

  release(id: string): void {
    const isLeased = ({ state, lease }: ModelMessage): boolean =>
      state === "queued" && lease?.id === id;
    for (const message of this.messages.filter(isLeased)) message.lease = undefined;
  }

  /** Answers whether an attempt is started. */
  start(message: ModelMessage, lease: string): boolean {
    const isHeld = message.lease?.id === lease && message.lease.endsAt > this.now;
    if (message.state !== "queued" || !isHeld || this.#closesAt(message) <= this.now) return false;
    if (this.isPaused) {
      message.lease = undefined;
      return false;
    }
    const generation = message.generation ?? NaN;
    message.attempts.push({ lease, generation, startedAt: this.now, isAnswered: false });
    message.state = "sending";
    return true;
  }

  settle(message: ModelMessage, attempt: ModelAttempt, answer: Answer): void {
    const isInTime = message.state === "sending" && message.attempts.at(-1) === attempt;
    if (attempt.isAnswered) return;
    attempt.isAnswered = true;
    if (isInTime) this.#settle(message, attempt, answer);
    else if (answer === "ok") this.#deliver(message, attempt);
  }

  sweep(): void {
    const closed = this.messages
      .filter((message) => OPEN.includes(message.state) && this.#closesAt(message) <= this.now)
      .toSorted((a, b) => this.#closesAt(a) - this.#closesAt(b) || (a.id < b.id ? -1 : 1));
    for (const message of closed) {
      const attempt = message.attempts.at(-1);
      if (message.state === "sending" && attempt !== undefined) {
        this.#settle(message, attempt, "unanswered");
      } else if (message.doubt > 0) {
        this.#endUncertain(message);
      } else {
        this.#end(message, message.attempts.length === 0 ? "expired" : "abandoned");
        this.#release(message);
      }
    }
  }

  #settle(message: ModelMessage, attempt: ModelAttempt, answer: Answer): void {
    const isCounted = answer !== "token" && answer !== "account";
    message.state = "queued";
    message.lease = undefined;
    message.dueAt = this.now;
    if (isCounted) message.counted += 1;
    this.#blame(message, answer);
    this.#doubt(message, attempt, answer);
    const isUsedUp = isCounted && message.counted >= this.#limits.attemptsMax;
    const isOver = isUsedUp || this.now >= this.#closesAt(message);
    if (answer === "ok") this.#deliver(message, attempt);
    else if (message.doubt > 0) this.#followInDoubt(message, answer, isOver);
    else this.#follow(message, answer, isOver);
    message.hasHeard = false;
    this.#applyNoted(message.person);
    this.#serve(message.person);
  }

  #blame(message: ModelMessage, answer: Answer): void {
    message.tokenFaults = answer === "token" ? message.tokenFaults + 1 : 0;
    if (answer !== "account" && message.tokenFaults < 2) return;
    this.isPaused = true;
    message.tokenFaults = 0;
  }

  #doubt(message: ModelMessage, attempt: ModelAttempt, answer: Answer): void {
    if (answer === "busy" && message.doubt === 0) message.doubt = 1;
    if (answer !== "unanswered") return;
    message.doubt = 2;
    message.unansweredAt = attempt.startedAt;
  }

  #followInDoubt(message: ModelMessage, answer: Answer, isOver: boolean): void {
    const isRefused = answer === "no_grant" || answer === "gone" || answer === "bad_message";
    const isStopped = message.stops && message.doubt === 2;
    if (isRefused || isStopped || message.hasHeard || isOver) this.#endUncertain(message);
  }

  #follow(message: ModelMessage, answer: Answer, isOver: boolean): void {
    const grant = this.#grant(message);
    if (answer === "no_grant" && message.isPatient && !isOver) {
      grant.state = "void";
      message.generation = undefined;
      message.state = "waiting";
    } else if (answer === "no_grant" || answer === "gone") {
      grant.state = "void";
      this.#end(message, "rejected");
    } else if (answer === "bad_message") {
      grant.state = "available";
      this.#end(message, "rejected");
    } else if (answer === "unsent" && isOver) {
      grant.state = "available";
      this.#end(message, "abandoned");
    }
  }

  #deliver(message: ModelMessage, attempt: ModelAttempt): void {
    const grant = this.slots[message.person].grants[attempt.generation - 1];
    if (grant?.state === "held" || grant?.state === "void") grant.state = "spent";
    if (!["queued", "sending", "uncertain"].includes(message.state)) return;
    this.#end(message, "delivered");
    message.generation = attempt.generation;
    this.#applyNoted(message.person);
  }

  #applyNoted(person: Person): void {
    const slot = this.slots[person];
    const { noted } = slot;
    slot.noted = undefined;
    if (noted !== undefined) this.confirm(person, noted);
  }

  #endUncertain(message: ModelMessage): void {
    const grant = this.#grant(message);
    grant.state = "void";
    grant.inDoubt = true;
    this.#end(message, "uncertain");
  }

  #end(message: ModelMessage, state: string): void {
    message.state = state;
    message.lease = undefined;
  }

  #release(message: ModelMessage): void {
    if (message.generation === undefined) return;
    this.#grant(message).state = "available";
    this.#serve(message.person);
  }

  #serve(person: Person): void {
    const waiter = this.messages.find(
      (message) =>
        message.person === person && message.state === "waiting" && this.#canHold(message),
    );
    if (waiter !== undefined) this.#hold(waiter);
  }

  #canHold({ person, minEvidence }: ModelMessage): boolean {
    const grant = this.slots[person].grants.at(-1);
    const isGood = grant?.evidence === "bound" || minEvidence === "unbound";
    return grant?.state === "available" && isGood;
  }

  #hold(message: ModelMessage): void {
    message.generation = this.slots[message.person].grants.length;
    this.#grant(message).state = "held";
    message.state = message.dueAt > this.now ? "scheduled" : "queued";
  }

  #holder(person: Person): ModelMessage | undefined {
    const { grants } = this.slots[person];
    if (grants.at(-1)?.state !== "held") return undefined;
    return this.messages.find(
      (message) =>
        message.person === person &&
        message.generation === grants.length &&
        ["scheduled", "queued", "sending"].includes(message.state),
    );
  }

  #grant({ person, generation }: ModelMessage): ModelGrant {
    const grant = this.slots[person].grants[(generation ?? 0) - 1];
    if (grant === undefined) throw new Error("the model lost a grant");
    return grant;
  }

  #closesAt({ state, lease, doubt, unansweredAt, deadlineAt }: ModelMessage): number {
    if (state === "sending") return lease?.endsAt ?? deadlineAt;
    return doubt === 2
      ? Math.min(deadlineAt, unansweredAt + this.#limits.doubtWindowMs)
      : deadlineAt;
  }
}

const OPEN = ["scheduled", "waiting", "queued", "sending"];

function stronger(one: Strength | undefined, other: Strength): Strength {
  return one === "bound" ? one : other;
}
