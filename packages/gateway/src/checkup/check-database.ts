import type { StoreExamination } from "../store/store-examination.ts";
import { type CheckResult, tellOf } from "./check-result.ts";
import { CLOCK_SKEW_MAX_MS } from "./checkup-ground.ts";
import type { CheckupGround } from "./checkup-ground.ts";

/** What of the ground is looked at here. */
interface DatabaseGround extends Pick<CheckupGround, "examineStore"> {
  readonly store: Pick<CheckupGround["store"], "findSetting">;
  readonly world: Pick<CheckupGround["world"], "now" | "monotonic">;
}

/** Whether the database answers, keeps what it is given, and knows what time it is. */
export async function checkDatabase(ground: DatabaseGround): Promise<readonly CheckResult[]> {
  const { store, world, examineStore } = ground;
  const startedAt = world.monotonic();
  await store.findSetting("checkup");
  const tookMs = Math.round(world.monotonic() - startedAt);
  const askedAt = world.now();
  const examination = await examineStore();
  return [
    describeEngine(examination, tookMs),
    ...checkStandby(examination),
    ...checkClock(examination, (askedAt + world.now()) / 2),
  ];
}

function describeEngine({ engine, version }: StoreExamination, tookMs: number): CheckResult {
  const name = engine === "sqlite" ? "SQLite" : `PostgreSQL ${version ?? ""}`.trimEnd();
  return tellOf("database").ok(
    `${name}，${tookMs} 毫秒内回答`,
    `${name} answered within ${tookMs} ms`,
  );
}

function checkStandby({ isStandbySynchronous }: StoreExamination): readonly CheckResult[] {
  const tell = tellOf("standby");
  if (isStandbySynchronous === undefined) return [];
  if (isStandbySynchronous) {
    return [tell.ok("有同步备库", "Commits wait for a synchronous standby")];
  }
  return [
    tell.warn(
      {
        zh: "没有同步备库：主库损毁时，最后几次提交可能丢失，消息可能重复发送",
        en: "No synchronous standby: when the primary is lost its last commits may be, and messages may be sent twice",
      },
      {
        zh: "设置 synchronous_standby_names，或接受这个风险",
        en: "Set synchronous_standby_names, or accept the risk",
      },
    ),
  ];
}

function checkClock({ clockAt }: StoreExamination, now: number): readonly CheckResult[] {
  if (clockAt === undefined) return [];
  const tell = tellOf("database_clock");
  const skewS = Math.round((clockAt - now) / 1_000);
  if (Math.abs(clockAt - now) <= CLOCK_SKEW_MAX_MS) {
    return [tell.ok("数据库的时钟与本机一致", "The database's clock agrees with this machine's")];
  }
  return [
    tell.warn(
      {
        zh: `数据库的时钟与本机相差 ${skewS} 秒`,
        en: `The database's clock is ${skewS} seconds from this machine's`,
      },
      { zh: "让两台机器都用 NTP 对时", en: "Keep both machines' clocks with NTP" },
    ),
  ];
}
