import type { AppId, EpochMs, TemplateId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import {
  type AccountState,
  buildFreshState,
  type Pause,
} from "../../../deliveries/account-state.ts";
import type { Breaker } from "../../../deliveries/breaker.ts";
import type { SendLimits } from "../../../deliveries/send-limits.ts";
import type { WhenInDoubt } from "../../../messages/message.ts";
import type {
  AccountRecord,
  PlatformAddress,
  TokenOrigin,
  VerificationFile,
} from "../../records.ts";
import {
  asInteger,
  findInteger,
  findText,
  orNull,
  type Parameter,
  readBoolean,
  readInteger,
  readJson,
  readReal,
  readText,
  type Row,
} from "../row.ts";

const INSERT = `
  INSERT INTO accounts (code, name, kind, template_id, public_url, platform, sealed_secret, token_origin,
    verification_file, when_in_doubt, limit_per_second, limit_in_flight, is_demo, created_at, appid)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const REPLACE = `
  UPDATE accounts SET code = ?, name = ?, kind = ?, template_id = ?, public_url = ?, platform = ?, sealed_secret = ?,
    token_origin = ?, verification_file = ?, when_in_doubt = ?, limit_per_second = ?, limit_in_flight = ?, is_demo = ?,
    created_at = ?
  WHERE appid = ?`;
const STATE_COLUMNS = `
  appid, when_in_doubt, limit_per_second, limit_in_flight, in_flight, bucket_full_at, breaker_troubles,
  breaker_opened_at, breaker_until, pause_reason, pause_errcode, pause_detail, paused_at, pause_until, alarmed_at,
  tally_started_at, tally_attempts, tally_refusals`;
const FIND_STATE = `SELECT ${STATE_COLUMNS} FROM accounts WHERE appid = ?`;
const UPDATE_STATE = `
  UPDATE accounts SET in_flight = ?, bucket_full_at = ?, breaker_troubles = ?, breaker_opened_at = ?,
    breaker_until = ?, pause_reason = ?, pause_errcode = ?, pause_detail = ?, paused_at = ?, pause_until = ?,
    alarmed_at = ?, tally_started_at = ?, tally_attempts = ?, tally_refusals = ?
  WHERE appid = ?`;

const FIND_PAUSE = "SELECT pause_reason, pause_until FROM accounts WHERE appid = ?";

/** Answers false when the appid or the code is taken. */
export function insertAccount(file: SqliteFile, account: AccountRecord): boolean {
  return file.prepare(INSERT).run(...valuesOf(account)).changes === 1;
}

/** Replaces what is configured; the account's pause and counts stay. */
export function updateAccount(file: SqliteFile, account: AccountRecord): boolean {
  return file.prepare(REPLACE).run(...valuesOf(account)).changes === 1;
}

export function findAccount(file: SqliteFile, appid: AppId): AccountRecord | undefined {
  const row = file.prepare("SELECT * FROM accounts WHERE appid = ?").get(appid);
  return row === undefined ? undefined : readAccount(row);
}

export function findAccountByCode(file: SqliteFile, code: string): AccountRecord | undefined {
  const row = file.prepare("SELECT * FROM accounts WHERE code = ?").get(code);
  return row === undefined ? undefined : readAccount(row);
}

export function listAccounts(file: SqliteFile): readonly AccountRecord[] {
  return file.prepare("SELECT * FROM accounts ORDER BY created_at, appid").all().map(readAccount);
}

export function listAppIds(file: SqliteFile): readonly AppId[] {
  return file
    .prepare("SELECT appid FROM accounts")
    .all()
    .map((row) => readText(row, "appid") as AppId);
}

/** An account without a row has the defaults: nothing stands still, nothing was counted. */
export function loadAccountState(file: SqliteFile, appid: AppId): AccountState {
  const row = file.prepare(FIND_STATE).get(appid);
  return row === undefined ? buildFreshState(appid) : readState(row);
}

export function saveAccountState(
  file: SqliteFile,
  { appid, load, breaker, pause, alarmedAt, tally }: AccountState,
): void {
  file
    .prepare(UPDATE_STATE)
    .run(
      load.inFlight,
      load.bucketFullAt,
      breaker.troubles,
      orNull(breaker.opening?.openedAt),
      orNull(breaker.opening?.until),
      orNull(pause?.reason),
      orNull(pause?.errcode),
      orNull(pause?.detail),
      orNull(pause?.pausedAt),
      orNull(pause?.until),
      orNull(alarmedAt),
      tally.startedAt,
      tally.attempts,
      tally.refusals,
      appid,
    );
}

/** Until when an account stands still: `Infinity` where an operator decides, `undefined` where it does not. */
export function findPauseEnd(file: SqliteFile, appid: AppId): EpochMs | undefined {
  const row = file.prepare(FIND_PAUSE).get(appid);
  const isPaused = row !== undefined && row["pause_reason"] !== null;
  return isPaused ? (findInteger(row, "pause_until") ?? Infinity) : undefined;
}

function readAccount(row: Row): AccountRecord {
  return {
    appid: readText(row, "appid") as AppId,
    code: readText(row, "code"),
    name: readText(row, "name"),
    kind: readText(row, "kind") as AccountRecord["kind"],
    templateId: readText(row, "template_id") as TemplateId,
    publicUrl: readText(row, "public_url"),
    platform: readJson(row, "platform") as PlatformAddress,
    sealedSecret: findText(row, "sealed_secret"),
    tokenOrigin: readJson(row, "token_origin") as TokenOrigin,
    verificationFile: readVerificationFile(row),
    whenInDoubt: readText(row, "when_in_doubt") as WhenInDoubt,
    limits: readLimits(row),
    isDemo: readBoolean(row, "is_demo"),
    createdAt: readInteger(row, "created_at"),
  };
}

/** In the order of INSERT and REPLACE. */
function valuesOf(account: AccountRecord): readonly Parameter[] {
  return [
    account.code,
    account.name,
    account.kind,
    account.templateId,
    account.publicUrl,
    JSON.stringify(account.platform),
    orNull(account.sealedSecret),
    JSON.stringify(account.tokenOrigin),
    orNull(account.verificationFile && JSON.stringify(account.verificationFile)),
    account.whenInDoubt,
    orNull(account.limits.perSecond),
    orNull(account.limits.inFlight),
    asInteger(account.isDemo),
    account.createdAt,
    account.appid,
  ];
}

function readState(row: Row): AccountState {
  return {
    appid: readText(row, "appid") as AppId,
    whenInDoubt: readText(row, "when_in_doubt") as WhenInDoubt,
    limits: readLimits(row),
    load: {
      inFlight: readInteger(row, "in_flight"),
      bucketFullAt: readReal(row, "bucket_full_at"),
    },
    breaker: readBreaker(row),
    pause: readPause(row),
    alarmedAt: findInteger(row, "alarmed_at"),
    tally: {
      startedAt: readInteger(row, "tally_started_at"),
      attempts: readInteger(row, "tally_attempts"),
      refusals: readInteger(row, "tally_refusals"),
    },
  };
}

function readPause(row: Row): Pause | undefined {
  const reason = findText(row, "pause_reason");
  if (reason === undefined) return undefined;
  return {
    reason,
    errcode: findInteger(row, "pause_errcode"),
    detail: readText(row, "pause_detail"),
    pausedAt: readInteger(row, "paused_at"),
    until: findInteger(row, "pause_until"),
  };
}

function readLimits(row: Row): SendLimits {
  return {
    perSecond: findInteger(row, "limit_per_second"),
    inFlight: findInteger(row, "limit_in_flight"),
  };
}

function readBreaker(row: Row): Breaker {
  const openedAt = findInteger(row, "breaker_opened_at");
  return {
    troubles: readInteger(row, "breaker_troubles"),
    opening:
      openedAt === undefined ? undefined : { openedAt, until: readInteger(row, "breaker_until") },
  };
}

function readVerificationFile(row: Row): VerificationFile | undefined {
  const isThere = findText(row, "verification_file") !== undefined;
  return isThere ? (readJson(row, "verification_file") as VerificationFile) : undefined;
}
