import { parseAuthorizeLink } from "@yici/protocol";
import type { MovableWorld } from "@yici/runtime";
import type { Account } from "../accounts/account.ts";
import { addAccount, changeAccount, findAccount } from "../accounts/add-account.ts";
import { verifyNewDomains } from "../accounts/verify-domains.ts";
import {
  addComponent,
  changeComponent,
  findComponent,
  removeComponent,
} from "../component/add-component.ts";
import type { ComponentCredential } from "../component/component-credentials.ts";
import {
  AuthorizationInput,
  ComponentInput,
  ComponentPatch,
  UnauthorizationInput,
} from "../component/component-input.ts";
import type { Authorization, Component } from "../component/component.ts";
import type { Consents } from "../component/consents.ts";
import type { Tickets } from "../component/tickets.ts";
import { announceDecision } from "../decisions/announce-decision.ts";
import { decide } from "../decisions/decide.ts";
import type { Decision } from "../decisions/decision.ts";
import { FaultInput } from "../faults/fault-input.ts";
import type { Fault } from "../faults/fault.ts";
import type { Faults } from "../faults/faults.ts";
import type { GrantLine } from "../grants/ledger.ts";
import { awaitInbox } from "../inbox/await-inbox.ts";
import type { Changes } from "../inbox/changes.ts";
import type { InboxMessage } from "../inbox/inbox-message.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { LIMITS } from "../limits.ts";
import { addPerson, changePerson, findPerson } from "../people/add-person.ts";
import type { Person } from "../people/person.ts";
import { changePush, findPush } from "../push/change-push.ts";
import { PushInput } from "../push/push-input.ts";
import type { PushSettings } from "../push/push-target.ts";
import type { Pusher } from "../push/pusher.ts";
import type { Conduct } from "../readings/conduct.ts";
import { restoreSnapshot } from "../snapshots/restore-snapshot.ts";
import type { Snapshot } from "../snapshots/snapshot.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { CLOCK_SETTING } from "../store/settings.ts";
import { ControlError } from "./control-error.ts";
import {
  AccountInput,
  AccountPatch,
  ClockInput,
  DecisionInput,
  GrantsQuery,
  InboxQuery,
  JournalQuery,
  PersonInput,
  PersonPatch,
} from "./inputs.ts";
import { parseInput } from "./parse-input.ts";
import type { ClockReading, PlatformControl } from "./platform-control.ts";

export interface ControlParts {
  readonly store: PlatformStore;
  readonly world: MovableWorld;
  readonly changes: Changes;
  readonly faults: Faults;
  readonly pusher: Pusher;
  readonly tickets: Tickets;
  readonly consents: Consents;
  readonly stopping: AbortSignal;
  readonly conduct: Conduct;
  /** Puts the demo on a clean slate, if the platform has one. Called inside a commit. */
  readonly seed: () => void;
}

const PAGE_SIZE = 100;

/** The control API, as one object in this process. */
export class Control implements PlatformControl {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  async listAccounts(): Promise<readonly Account[]> {
    return this.#parts.store.accounts.list();
  }

  async addAccount(input: AccountInput): Promise<Account> {
    const { store, world } = this.#parts;
    const account = parseInput(AccountInput, input);
    await verifyNewDomains(this.#parts, undefined, account);
    return this.#change(undefined, () => addAccount(store, account, world));
  }

  async changeAccount(appid: string, patch: AccountPatch): Promise<Account> {
    const changes = parseInput(AccountPatch, patch);
    await verifyNewDomains(this.#parts, findAccount(this.#parts.store, appid), changes);
    return this.#change(undefined, () => changeAccount(this.#parts.store, appid, changes));
  }

  async revokeTokens(appid: string): Promise<void> {
    const { store, world } = this.#parts;
    await store.commit(() => {
      store.tokens.revoke(findAccount(store, appid).appid, world.now());
    });
  }

  async findPush(appid: string): Promise<PushSettings> {
    return findPush(this.#parts.store, appid);
  }

  async changePush(appid: string, input: PushInput): Promise<PushSettings> {
    return changePush(this.#parts, appid, parseInput(PushInput, input));
  }

  async removePush(appid: string): Promise<void> {
    const { store } = this.#parts;
    await store.commit(() => store.pushSettings.remove(findAccount(store, appid).appid));
  }

  async listComponents(): Promise<readonly Component[]> {
    return this.#parts.store.components.list();
  }

  async addComponent(input: ComponentInput): Promise<Component> {
    const { store, tickets } = this.#parts;
    const wanted = parseInput(ComponentInput, input);
    const component = await store.commit(() => addComponent(this.#parts, wanted));
    await tickets.issue(component);
    return component;
  }

  async changeComponent(appid: string, patch: ComponentPatch): Promise<Component> {
    const changes = parseInput(ComponentPatch, patch);
    return this.#parts.store.commit(() => changeComponent(this.#parts, appid, changes));
  }

  async removeComponent(appid: string): Promise<void> {
    const { store } = this.#parts;
    await store.commit(() => removeComponent(store, appid));
  }

  async issueTicket(component: string): Promise<ComponentCredential> {
    const { store, tickets } = this.#parts;
    return tickets.issue(findComponent(store, component));
  }

  async listAuthorizations(component: string): Promise<readonly Authorization[]> {
    const { store } = this.#parts;
    return store.components.listAuthorizations(findComponent(store, component).appid);
  }

  async authorize(component: string, input: AuthorizationInput): Promise<ComponentCredential> {
    return this.#parts.consents.give(component, parseInput(AuthorizationInput, input));
  }

  async unauthorize(component: string, input: UnauthorizationInput): Promise<void> {
    const { appid } = parseInput(UnauthorizationInput, input);
    await this.#parts.consents.takeBack(component, appid);
  }

  async listPeople(): Promise<readonly Person[]> {
    return this.#parts.store.people.list();
  }

  async addPerson(input: PersonInput): Promise<Person> {
    const { store, world } = this.#parts;
    const person = parseInput(PersonInput, input);
    return this.#change(undefined, () => addPerson(store, person, world));
  }

  async changePerson(id: string, patch: PersonPatch): Promise<Person> {
    const changes = parseInput(PersonPatch, patch);
    const { store, pusher } = this.#parts;
    const [before, after] = await this.#change(id, () => [
      findPerson(store, id),
      changePerson(store, id, changes),
    ]);
    pusher.announceFollows(before, after);
    return after;
  }

  async decide(input: DecisionInput): Promise<Decision> {
    const { store, world, conduct, changes, pusher } = this.#parts;
    const { authorizeLink, person, action } = parseInput(DecisionInput, input);
    const link = parseAuthorizeLink(authorizeLink);
    const answer = { link, userAgent: undefined, person: findPerson(store, person), action };
    const decision = await store.commit(() => decide({ store, conduct }, answer, world.now()));
    changes.announceAtDesk();
    if (decision.kind === "redirected") announceDecision(pusher, answer, world.now());
    return decision;
  }

  async listInbox(query: InboxQuery = {}): Promise<readonly InboxMessage[]> {
    const { person, appid, after, limit, waitMs } = parseInput(InboxQuery, query);
    if (person !== undefined) findPerson(this.#parts.store, person);
    const filter = { person, appid, after, limit: limit ?? PAGE_SIZE };
    return awaitInbox({ ...this.#parts, inbox: this.#parts.store.inbox }, filter, waitMs ?? 0);
  }

  async listGrants(query: GrantsQuery = {}): Promise<readonly GrantLine[]> {
    const { appid, person, scene, after, limit } = parseInput(GrantsQuery, query);
    return this.#parts.store.ledger.list({
      appid,
      person,
      scene,
      after: after ?? 0,
      limit: limit ?? PAGE_SIZE,
      now: this.#parts.world.now(),
    });
  }

  async listJournal(query: JournalQuery = {}): Promise<readonly JournalEntry[]> {
    const { journal } = this.#parts.store;
    const { appid, rid, after, limit } = parseInput(JournalQuery, query);
    if (rid === undefined) return journal.list({ appid, after, limit: limit ?? PAGE_SIZE });
    return journal.listRefused(rid, appid);
  }

  async listFaults(): Promise<readonly Fault[]> {
    return this.#parts.faults.list();
  }

  async addFault(input: FaultInput): Promise<Fault> {
    const { faults } = this.#parts;
    const fault = parseInput(FaultInput, input);
    if (faults.count < LIMITS.faultsMax) return faults.add(fault);
    throw new ControlError("conflict", `there are at most ${LIMITS.faultsMax} faults`);
  }

  async removeFaults(id?: number): Promise<void> {
    const { faults } = this.#parts;
    if (id === undefined) faults.clear();
    else if (!faults.remove(id)) throw new ControlError("not_found", `there is no fault ${id}`);
  }

  async readClock(): Promise<ClockReading> {
    const { world } = this.#parts;
    return { now: world.now(), advancedMs: world.advancedMs() };
  }

  async advanceClock(input: ClockInput): Promise<ClockReading> {
    const { store, world } = this.#parts;
    const { advanceMs } = parseInput(ClockInput, input);
    if (world.now() + advanceMs > LIMITS.clockEndsAt) {
      throw new ControlError("conflict", "the clock is never put forward past the year 2100");
    }
    world.advance(advanceMs);
    await store.commit(() => store.settings.put(CLOCK_SETTING, String(world.advancedMs())));
    return this.readClock();
  }

  async reset(): Promise<void> {
    const { store, faults, changes, seed } = this.#parts;
    faults.clear();
    await store.commit(() => {
      store.clear();
      seed();
    });
    changes.announceAll();
  }

  async takeSnapshot(): Promise<Snapshot> {
    const { store, world } = this.#parts;
    return store.takeSnapshot(world.now());
  }

  async restoreSnapshot(snapshot: Snapshot): Promise<void> {
    const { store, world, faults, changes, tickets } = this.#parts;
    await restoreSnapshot(store, snapshot, world);
    await tickets.start();
    faults.clear();
    changes.announceAll();
  }

  /** Commits a fact that changes what is on somebody's phone, or may change everybody's. */
  async #change<T>(person: string | undefined, fact: () => T): Promise<T> {
    const { store, changes } = this.#parts;
    const outcome = await store.commit(fact);
    if (person === undefined) changes.announceAll();
    else changes.announce(person);
    return outcome;
  }
}
