import type { AccessToken } from "@yici/protocol";
import type { AccountRecord } from "../store/records.ts";
import { findApiOrigin } from "../wechat/api-origin.ts";
import { type CheckResult, tellOf } from "./check-result.ts";
import { CHECK_MS, CLOCK_SKEW_MAX_MS } from "./checkup-ground.ts";
import type { CheckupGround } from "./checkup-ground.ts";
import { visit } from "./visit.ts";

/** Whether the account's platform is reached, and knows its token and its domain. */
export async function checkPlatform(
  ground: CheckupGround,
  account: AccountRecord,
): Promise<readonly CheckResult[]> {
  const origin = findApiOrigin(account);
  if (origin === undefined) return [];
  const [clock, file, token] = await Promise.all([
    checkClock(ground, account, origin),
    checkFile(ground, account),
    checkToken(ground, account),
  ]);
  return [clock, ...file, ...token];
}

async function checkClock(
  ground: CheckupGround,
  { appid, platform }: AccountRecord,
  origin: string,
): Promise<CheckResult> {
  const tell = tellOf("platform_clock", appid);
  const visited = await visit(ground.world, `${origin}/`);
  if (visited.kind === "failed") {
    return tell.fail(
      {
        zh: `连不上 ${origin}：${visited.reason}`,
        en: `${origin} is not reached: ${visited.reason}`,
      },
      {
        zh: "检查网络、DNS 和 YICI_PROXY",
        en: "Check the network, DNS and YICI_PROXY",
      },
    );
  }
  const skewMs = visited.dateAt === undefined ? 0 : visited.dateAt - ground.world.now();
  // A sandbox may have its clock pushed.
  if (platform.kind === "sandbox" || Math.abs(skewMs) <= CLOCK_SKEW_MAX_MS) {
    return tell.ok("平台可达，时钟一致", "The platform is reached, and its clock agrees");
  }
  const skewS = Math.round(skewMs / 1_000);
  return tell.warn(
    {
      zh: `本机时钟与微信相差 ${skewS} 秒`,
      en: `This machine's clock is ${skewS} seconds from WeChat's`,
    },
    { zh: "用 NTP 对时", en: "Keep the clock with NTP" },
  );
}

async function checkFile(
  ground: CheckupGround,
  { appid, publicUrl, verificationFile }: AccountRecord,
): Promise<readonly CheckResult[]> {
  if (verificationFile === undefined) return [];
  const tell = tellOf("domain_file", appid);
  const url = `${new URL(publicUrl).origin}/${verificationFile.name}`;
  const visited = await visit(ground.world, url);
  if (visited.kind === "visited" && visited.body.trim() === verificationFile.content.trim()) {
    return [tell.ok(`${url} 可访问`, `${url} is there`)];
  }
  const reason = visited.kind === "failed" ? visited.reason : `HTTP ${visited.status}`;
  return [
    tell.fail(
      {
        zh: `${url} 取不到应有的内容（${reason}）`,
        en: `${url} does not answer what it should (${reason})`,
      },
      {
        zh: "让这个地址转到网关的公开端口",
        en: "Have this address lead to the gateway's public listener",
      },
    ),
  ];
}

async function checkToken(
  ground: CheckupGround,
  account: AccountRecord,
): Promise<readonly CheckResult[]> {
  const { appid } = account;
  const tell = tellOf("token", appid);
  const answer = await ground.tokens.of(appid).current();
  switch (answer.kind) {
    case "token":
      return [
        tell.ok("拿到了访问令牌", "An access token was had"),
        await checkQuota(ground, account, answer.token.value),
      ];
    case "unavailable":
      return [
        tell.warn(
          { zh: "暂时拿不到访问令牌", en: "No access token can be had for the moment" },
          { zh: "稍后会自动再试；原因见日志", en: "It is tried again by itself; the log says why" },
        ),
      ];
    case "paused":
      return []; // What there is to say was said of the account.
  }
}

async function checkQuota(
  { client, world }: CheckupGround,
  account: AccountRecord,
  accessToken: AccessToken,
): Promise<CheckResult> {
  const tell = tellOf("quota", account.appid);
  const limits = { deadlineAt: world.monotonic() + CHECK_MS };
  const reply = await client.askQuota({ account, accessToken, limits });
  if (reply.kind === "quota") {
    const { remain, dailyLimit } = reply;
    const left = `${remain} / ${dailyLimit}`;
    if (remain > 0) return tell.ok(`今天还能发 ${left}`, `${left} sends are left today`);
    return tell.fail(
      { zh: `今天的发送配额已用完（${left}）`, en: `Today's quota of sends is used up (${left})` },
      {
        zh: "北京时间零点后自动继续；或在公众平台清零配额",
        en: "It goes on after midnight in UTC+8; or clear the quota in WeChat's console",
      },
    );
  }
  const reason = reply.kind === "refused" ? `${reply.errcode} ${reply.errmsg}` : reply.reason;
  return tell.warn(
    { zh: `查不到配额：${reason}`, en: `The quota is not known: ${reason}` },
    {
      zh: "配额查询不影响发送；若是 48001 或 76022，检查账号是否有此接口权限",
      en: "Sends do not depend on it; if it is 48001 or 76022, see whether the account may use this API",
    },
  );
}
