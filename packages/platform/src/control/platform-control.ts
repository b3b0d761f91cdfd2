import type { EpochMs } from "@yici/runtime";
import type { Account } from "../accounts/account.ts";
import type { ComponentCredential } from "../component/component-credentials.ts";
import type {
  AuthorizationInput,
  ComponentInput,
  ComponentPatch,
  UnauthorizationInput,
} from "../component/component-input.ts";
import type { Authorization, Component } from "../component/component.ts";
import type { Decision } from "../decisions/decision.ts";
import type { FaultInput } from "../faults/fault-input.ts";
import type { Fault } from "../faults/fault.ts";
import type { GrantLine } from "../grants/ledger.ts";
import type { InboxMessage } from "../inbox/inbox-message.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import type { Person } from "../people/person.ts";
import type { PushInput } from "../push/push-input.ts";
import type { PushSettings } from "../push/push-target.ts";
import type { Snapshot } from "../snapshots/snapshot.ts";
import type {
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

/**
 * The hand behind the stage: what a test suite, a CI job or an operator does with a platform. The same calls are served as
 * JSON under `/control/v1`. Each refuses bad input with a `ControlError`; what it changed is durable when it resolves.
 */
export interface PlatformControl {
  listAccounts(): Promise<readonly Account[]>;
  /** Everybody who is here already gets an openid under it. */
  addAccount(input: AccountInput): Promise<Account>;
  changeAccount(appid: string, patch: AccountPatch): Promise<Account>;
  /** Every token of the account stops working at once. */
  revokeTokens(appid: string): Promise<void>;

  /** The message-push settings of an account; `not_found` when it has none. */
  findPush(appid: string): Promise<PushSettings>;
  /** Keeps them when the URL passes WeChat's verification; else `invalid_request` says why not. */
  changePush(appid: string, input: PushInput): Promise<PushSettings>;
  removePush(appid: string): Promise<void>;

  /** The third-party platforms. */
  listComponents(): Promise<readonly Component[]>;
  /** Its first ticket is pushed at once, then one every ten minutes of the platform's clock. */
  addComponent(input: ComponentInput): Promise<Component>;
  changeComponent(appid: string, patch: ComponentPatch): Promise<Component>;
  /** Its tickets, codes and tokens end, and with them all that was entrusted to it; it is told nothing. */
  removeComponent(appid: string): Promise<void>;
  /** Pushes another ticket now, and answers it. */
  issueTicket(component: string): Promise<ComponentCredential>;
  /** What accounts have entrusted to a component, taken back or not. */
  listAuthorizations(component: string): Promise<readonly Authorization[]>;
  /** An account's administrator agrees; answers the authorization code. Again, for what has changed. */
  authorize(component: string, input: AuthorizationInput): Promise<ComponentCredential>;
  /** The account takes back what it has entrusted. */
  unauthorize(component: string, input: UnauthorizationInput): Promise<void>;

  listPeople(): Promise<readonly Person[]>;
  addPerson(input: PersonInput): Promise<Person>;
  changePerson(id: string, patch: PersonPatch): Promise<Person>;

  /** Opens an authorize link as a person and decides, by the same checks and code as the confirm page. */
  decide(input: DecisionInput): Promise<Decision>;

  /** Oldest first. */
  listInbox(query?: InboxQuery): Promise<readonly InboxMessage[]>;
  /** WeChat's own ledger. Each grant with the person it belongs to and its place in the list, for `after`. */
  listGrants(query?: GrantsQuery): Promise<readonly GrantLine[]>;
  /** Oldest first. */
  listJournal(query?: JournalQuery): Promise<readonly JournalEntry[]>;

  listFaults(): Promise<readonly Fault[]>;
  addFault(input: FaultInput): Promise<Fault>;
  /** Removes one fault, or all. */
  removeFaults(id?: number): Promise<void>;

  readClock(): Promise<ClockReading>;
  /** Moves the platform's clock, and whoever waits on it. */
  advanceClock(input: ClockInput): Promise<ClockReading>;
  /** A clean slate, with the demo on it if the platform was started with the demo. The clock stays: it never goes back. */
  reset(): Promise<void>;

  /** The whole state as one JSON value. It holds the accounts' secrets and tokens. */
  takeSnapshot(): Promise<Snapshot>;
  /** Puts a snapshot, of this platform or another, in the place of everything there is; faults end. The clock never goes back. */
  restoreSnapshot(snapshot: Snapshot): Promise<void>;
}

export interface ClockReading {
  readonly now: EpochMs;
  /** By how much this platform's clock was ever moved. */
  readonly advancedMs: number;
}
