export type { Account, AccountKind, EndpointQuota } from "./accounts/account.ts";
export type { ComponentCredential, CredentialKind } from "./component/component-credentials.ts";
export type {
  AuthorizationInput,
  ComponentInput,
  ComponentPatch,
  UnauthorizationInput,
} from "./component/component-input.ts";
export type { Authorization, Component } from "./component/component.ts";
export { ControlError } from "./control/control-error.ts";
export type { ControlErrorCode, ControlIssue } from "./control/control-error.ts";
export type {
  AccountInput,
  AccountPatch,
  ClockInput,
  DecisionInput,
  GrantsQuery,
  InboxQuery,
  JournalQuery,
  PersonInput,
  PersonPatch,
} from "./control/inputs.ts";
export type { ClockReading, PlatformControl } from "./control/platform-control.ts";
export type { Decision, RefusedLink } from "./decisions/decision.ts";
export { DEMO_ACCOUNT, DEMO_APP, DEMO_PEOPLE } from "./demo.ts";
export type { Fault } from "./faults/fault.ts";
export type { FaultInput } from "./faults/fault-input.ts";
export type { Grant } from "./grants/grant.ts";
export type { GrantLine } from "./grants/ledger.ts";
export type { InboxMessage, Jump, MiniprogramJump, Placement } from "./inbox/inbox-message.ts";
export type { JournalEntry } from "./journal/journal-entry.ts";
export type { Person } from "./people/person.ts";
export { PAGE_CHECKS } from "./pages/page-checks.ts";
export { TEST_IDS } from "./pages/test-ids.ts";
export type { PushInput } from "./push/push-input.ts";
export type { PushFormat, PushMode, PushSettings, PushTarget } from "./push/push-target.ts";
export { READINGS } from "./readings/readings-table.ts";
export { parseReadings } from "./readings/readings.ts";
export type { Readings, ReadingsOption } from "./readings/readings.ts";
export { SETTLED_POINTS } from "./readings/settled-points-table.ts";
export { STRICT_RULES } from "./readings/strict-rules-table.ts";
export type { Snapshot } from "./snapshots/snapshot.ts";
export { startPlatform } from "./platform.ts";
export type { InProcessCall, Platform } from "./platform.ts";
export type { PlatformOptions } from "./platform-options.ts";
export type { InjectedFault, KitDecision, TestKit } from "./test-kit/test-kit.ts";
export { type MessageWait, NoMessageError } from "./test-kit/wait-for-message.ts";
export type { TlsOptions } from "./tls/open-tls.ts";
export { CA_FILE, WECHAT_HOSTS } from "./tls/tls-identity.ts";
